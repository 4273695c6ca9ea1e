//! Functions that draw at random. The numbers come from the machine's context, which
//! draws them from the host's seed and the record, or from the system's entropy.

use super::{
    Body, Call, Constants, Example, Function, Gives, Kind, Names, Page, Parameter, Prepared, Problem, Purity, Returns,
    Rule,
};
use crate::diagnostic::Code;
use crate::machine::Draws;
use std::fmt::Write;

pub(super) static FUNCTIONS: &[Function] = &[GUID, RANDOM_STRING];

const GUID: Function = Function {
    names: Names { provisioning: "Guid" },
    page: Page::Provisioning,
    summary: "Gives a new random GUID.",
    parameters: &[],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("Every call gives another one."),
        Rule::evident(
            "It is a random UUID (version 4), written in small hexadecimal digits with hyphens, as .NET does.",
        ),
        Rule::inferred("With a seed from the host, the same seed and record give the same GUID."),
    ],
    examples: &[
        Example::varies("Guid()", 36),
        Example::varies("Join(\"_\", Guid(), Guid())", 73),
        Example::fails("Guid(1)", Code::TooManyArguments),
    ],
    purity: Purity::Volatile,
    body: Body::Eager(|call| {
        let mut bytes = [0_u8; 16];
        call.context().draw(|draws| draws.fill(&mut bytes)).map_err(|error| no_entropy(call, &error))?;
        let number = u128::from_be_bytes(bytes);
        // RFC 9562: the version stands in the seventh byte, the variant in the ninth.
        let number = number & !(0xF << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62;
        let mut text = call.writer_for(36);
        let written = write!(
            text,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            number >> 96,
            number >> 80 & 0xFFFF,
            number >> 64 & 0xFFFF,
            number >> 48 & 0xFFFF,
            number & 0xFFFF_FFFF_FFFF
        );
        written.map_err(super::Writer::overflow)?;
        text.finish()
    }),
    ..Function::NEW
};

fn no_entropy<'a>(call: &Call<'_, 'a>, error: &getrandom::Error) -> super::Stop<'a> {
    call.fault(Code::HostFailed, format_args!("the system gave no random numbers: {error}"))
}

const RANDOM_STRING: Function = Function {
    names: Names { provisioning: "RandomString" },
    page: Page::Provisioning,
    summary: "Gives a random text, such as a first password.",
    parameters: &[
        Parameter::integer("Length", 1, LONGEST, "The number of characters, at most 256."),
        Parameter::integer("MinimumNumbers", 0, LONGEST, "At least so many digits."),
        Parameter::integer("MinimumSpecialCharacters", 0, LONGEST, "At least so many special characters."),
        Parameter::integer("MinimumCapital", 0, LONGEST, "At least so many capital letters."),
        Parameter::integer("MinimumLowerCase", 0, LONGEST, "At least so many small letters."),
        Parameter::text("CharactersToAvoid", "Characters that are not used.").optional(),
    ],
    returns: Kind::Text,
    gives: Gives::Value,
    rules: &[
        Rule::documented("The length is at most 256 and at least the sum of the minimum counts."),
        Rule::documented("Special characters are those that Windows counts for password complexity."),
        Rule::inferred(
            "Characters beyond the minimum counts are of the kinds that are asked for, or of all kinds where none is.",
        ),
        Rule::inferred(
            "What cannot be (counts beyond the length, a kind whose every character is to be avoided) is an error, when compiling if it is constant.",
        ),
        Rule::inferred("With a seed from the host, the same seed and record give the same text."),
        Rule::inferred("A null length or count gives null."),
    ],
    examples: &[
        Example::varies("RandomString(6, 3, 0, 0, 3)", 6),
        Example::varies("RandomString(10, 2, 2, 2, 1, \"?,\")", 10),
        Example::varies("RandomString(256, 0, 0, 0, 0)", 256),
        Example::null("RandomString([missing], 0, 0, 0, 0)"),
        Example::fails("RandomString(257, 0, 0, 0, 0)", Code::ArgumentRange),
        Example::fails("RandomString(6, 3, 3, 3, 3)", Code::ImpossibleDemand),
        Example::fails("RandomString(6, 1, 0, 0, 0, \"0123456789\")", Code::ImpossibleDemand),
        Example::fails("RandomString([length], 3, 3, 0, 0)", Code::OutOfRange).with(&[("length", "5")]),
    ],
    purity: Purity::Volatile,
    body: Body::Prepared(prepare),
    ..Function::NEW
};

/// The most characters.
const LONGEST: i64 = 256;
const MOST: usize = 256;

/// The kinds of characters in the order of the parameters; the special ones are those
/// of Windows' "Password must meet complexity requirements".
const KINDS: [(&str, &str); 4] = [
    ("digits", "0123456789"),
    ("special characters", "~!@#$%^&*_-+=`|\\(){}[]:;\"'<>,.?/"),
    ("capital letters", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("small letters", "abcdefghijklmnopqrstuvwxyz"),
];

/// What a text is to be like. Characters are ASCII, and there are fewer than 128.
#[derive(Debug, Clone, Copy)]
struct Demand {
    length: usize,
    least: [usize; 4],
    allowed: [Pool; 4],
    /// What the rest is drawn from.
    rest: Pool,
}

/// Characters to draw from.
#[derive(Debug, Clone, Copy)]
struct Pool {
    characters: [u8; 96],
    count: usize,
}

impl Pool {
    const EMPTY: Pool = Pool { characters: [0; 96], count: 0 };

    fn add(&mut self, character: u8) {
        if let Some(place) = self.characters.get_mut(self.count) {
            *place = character;
            self.count += 1;
        }
    }

    fn draw(&self, draws: &mut Draws<'_>) -> u8 {
        self.characters.get(draws.below(self.count)).copied().unwrap_or(b'0')
    }
}

/// Why a demand cannot be met.
#[derive(Debug, Clone, Copy)]
enum Impossible {
    TooMany { sum: usize, length: usize },
    NoneLeft(&'static str),
}

impl std::fmt::Display for Impossible {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Impossible::TooMany { sum, length } => {
                write!(f, "{sum} characters are asked for at least, and the length is {length}")
            }
            Impossible::NoneLeft(kind) => write!(f, "{kind} are asked for, and all of them are to be avoided"),
        }
    }
}

fn demand(length: i64, least: [i64; 4], avoid: &str) -> Result<Demand, Impossible> {
    // The counts have been held against their ranges.
    let count = |number: i64| usize::try_from(number).unwrap_or(0).min(MOST);
    let (length, least) = (count(length), least.map(count));
    let sum = least.iter().sum();
    if sum > length {
        return Err(Impossible::TooMany { sum, length });
    }
    let any = least.iter().all(|least| *least == 0);
    let mut allowed = [Pool::EMPTY; 4];
    let mut rest = Pool::EMPTY;
    for ((pool, least), (name, characters)) in allowed.iter_mut().zip(least).zip(KINDS) {
        for character in characters.bytes().filter(|character| !avoid.as_bytes().contains(character)) {
            pool.add(character);
            if any || least > 0 {
                rest.add(character);
            }
        }
        if least > 0 && pool.count == 0 {
            return Err(Impossible::NoneLeft(name));
        }
    }
    if rest.count == 0 {
        return Err(Impossible::NoneLeft("characters"));
    }
    Ok(Demand { length, least, allowed, rest })
}

#[derive(Debug)]
struct RandomString {
    /// Nothing where the record supplies a part of it.
    demand: Option<Demand>,
}

fn prepare(constants: &Constants<'_>) -> Result<Box<dyn Prepared>, Problem> {
    let number = |index| constants.integer(index);
    let avoid = match constants.given(5) {
        super::Given::Absent => Some(""),
        super::Given::Text(avoid) => Some(avoid),
        super::Given::Later => None,
    };
    let known = (number(0), number(1), number(2), number(3), number(4), avoid);
    let (Some(length), Some(digits), Some(special), Some(capital), Some(small), Some(avoid)) = known else {
        return Ok(Box::new(RandomString { demand: None }));
    };
    match demand(length, [digits, special, capital, small], avoid) {
        Ok(demand) => Ok(Box::new(RandomString { demand: Some(demand) })),
        Err(impossible) => Err(Problem::of_call(Code::ImpossibleDemand, impossible.to_string())),
    }
}

impl Prepared for RandomString {
    fn call<'a>(&'a self, call: &Call<'_, 'a>) -> Returns<'a> {
        let given;
        let demand = match &self.demand {
            Some(demand) => demand,
            None => {
                let least = [call.integer(1), call.integer(2), call.integer(3), call.integer(4)];
                given = demand(call.integer(0), least, call.text(5))
                    .map_err(|impossible| call.fault(Code::OutOfRange, format_args!("{impossible}")))?;
                &given
            }
        };
        let mut buffer = [0_u8; MOST];
        let characters = buffer.get_mut(..demand.length).unwrap_or_default();
        let filled = call.context().draw(|draws| {
            let mut places = characters.iter_mut();
            for (pool, least) in demand.allowed.iter().zip(demand.least) {
                places.by_ref().take(least).for_each(|place| *place = pool.draw(draws));
            }
            places.for_each(|place| *place = demand.rest.draw(draws));
            // Fisher and Yates: every order is equally likely.
            for last in (1..characters.len()).rev() {
                characters.swap(last, draws.below(last + 1));
            }
        });
        filled.map_err(|error| no_entropy(call, &error))?;
        let mut text = call.writer_for(demand.length);
        text.push_all(characters.iter().map(|character| char::from(*character)))?;
        text.finish()
    }
}
