//! Functions of dates. The rules of .NET and Visual Basic are in `dotnet::date`.
//!
//! Functions that read dates count as depending on the environment: a text that lacks
//! its day is of today.

use super::{
    Body, Call, Constants, Example, Function, Given, Gives, Kind, Names, Page, Parameter, Prepared, Problem, Purity,
    Returns, Room, Rule, Stop, Takes, Writer,
};
use crate::diagnostic::Code;
use crate::dotnet::date::{self, DateFormat, DateTime, Defaults, Interval, Styles, WriteDateError};
use crate::dotnet::text::cut;
use crate::value::{self, Value};

pub(super) static FUNCTIONS: &[Function] =
    &[C_DATE, DATE_ADD, DATE_DIFF, DATE_FROM_NUM, FORMAT_DATE_TIME, FORMAT_DATE_TIME_SHORT, NOW, NUM_FROM_DATE];

const NOW: Function = Function {
    names: Names { provisioning: "Now" },
    page: Page::Provisioning,
    summary: "Gives the time in UTC.",
    parameters: &[],
    returns: Kind::Date,
    gives: Gives::Value,
    rules: &[
        Rule::documented("Its text is M/d/yyyy h:mm:ss tt, in UTC."),
        Rule::inferred(
            "The time comes from the environment that the host passes, and is the same in all of one expression.",
        ),
    ],
    examples: &[
        Example::integer("DateDiff(\"d\", Now(), Now())", 0),
        Example::boolean("CBool(DateDiff(\"d\", \"2020-01-01\", Now()) > 0)", true),
        Example::fails("Now(1)", Code::TooManyArguments),
    ],
    purity: Purity::Environment,
    body: Body::Eager(|call| Ok(Value::DateTime(call.context().now()))),
    ..Function::NEW
};

const C_DATE: Function = Function {
    names: Names { provisioning: "CDate" },
    page: Page::Provisioning,
    summary: "Gives the date that a text stands for, in UTC.",
    parameters: &[Parameter::new("expression", Kind::Date, "The text of a date.").each().keyed("source")],
    returns: Kind::Date,
    gives: Gives::Value,
    rules: &[
        Rule::documented("The text of the result is M/d/yyyy h:mm:ss tt, in UTC; an offset in the text is converted."),
        Rule::evident("It reads what .NET's DateTime.Parse reads in the invariant culture, month before day."),
        Rule::inferred("A text without an offset is in UTC."),
        Rule::inferred("A null or empty text gives null."),
        Rule::evident("A multi-valued source is worked through value by value."),
    ],
    examples: &[
        Example::text("CDate([StatusHireDate])", "3/16/2020 7:00:00 AM")
            .with(&[("StatusHireDate", "2020-03-16-07:00")]),
        Example::text("CDate(\"2021-06-30+08:00\")", "6/29/2021 4:00:00 PM"),
        Example::text("CDate(\"2009-06-15T01:45:30-07:00\")", "6/15/2009 8:45:30 AM"),
        Example::null("CDate([missing])"),
        Example::null("CDate([a])").with(&[("a", "")]),
        Example::fails("CDate([a])", Code::NotADate).with(&[("a", "31/12/2020")]),
        Example::fails("CDate(\"soon\")", Code::WrongKind),
    ],
    purity: Purity::Environment,
    // The machine has read the date already.
    body: Body::Eager(|call| Ok(call.value(0))),
    ..Function::NEW
};

const INTERVALS: &[&str] = &["yyyy", "q", "m", "y", "d", "w", "ww", "h", "n", "s"];

const INTERVAL: Parameter = Parameter::new(
    "interval",
    Kind::Choice(INTERVALS),
    "The unit: yyyy year, m month, d day, ww week, h hour, n minute, s second; also q quarter, y and w.",
);

/// The unit that the first argument names.
fn interval<'a>(call: &Call<'_, 'a>) -> Result<Interval, Stop<'a>> {
    let name = call.text(0);
    name.parse().map_err(|_| {
        let message = format_args!("'{name}' is no interval: one of yyyy, q, m, y, d, w, ww, h, n and s belongs here");
        call.fault_at(0, Code::FormatAtRun, message)
    })
}

const DATE_ADD: Function = Function {
    names: Names { provisioning: "DateAdd" },
    page: Page::Provisioning,
    summary: "Gives the date so many intervals later.",
    parameters: &[
        INTERVAL,
        Parameter::new("value", Kind::Number, "How many; a negative number goes back."),
        Parameter::new("dateTime", Kind::Date, "The date to start from.").each(),
    ],
    returns: Kind::Date,
    gives: Gives::Value,
    rules: &[
        Rule::documented("The text of the result is M/d/yyyy h:mm:ss tt, in UTC."),
        Rule::evident(
            "It follows Visual Basic's DateAdd: a fraction is cut off, and a month's last day stays its last.",
        ),
        Rule::documented("The Connect reference has the intervals q, y and w besides; added, y and w are days."),
        Rule::inferred("The date may be text that CDate reads. A null gives null."),
    ],
    examples: &[
        Example::text("DateAdd(\"d\", 7, CDate([StatusHireDate]))", "3/23/2012 7:00:00 AM")
            .with(&[("StatusHireDate", "2012-03-16-07:00")]),
        Example::text("DateAdd(\"m\", 10, [StatusHireDate])", "1/16/2013 7:00:00 AM")
            .with(&[("StatusHireDate", "2012-03-16-07:00")]),
        Example::text("DateAdd(\"m\", \"1\", \"2024-01-31\")", "2/29/2024 12:00:00 AM"),
        Example::text("DateAdd(\"h\", -9, \"2024-01-01\")", "12/31/2023 3:00:00 PM"),
        Example::null("DateAdd(\"d\", 1, [missing])"),
        Example::fails("DateAdd(\"days\", 1, Now())", Code::UnknownOption),
        Example::fails("DateAdd([unit], 1, Now())", Code::FormatAtRun).with(&[("unit", "days")]),
        Example::fails("DateAdd(\"yyyy\", 8000, \"2024-01-01\")", Code::OutOfRange),
    ],
    purity: Purity::Environment,
    body: Body::Eager(|call| {
        let interval = interval(call)?;
        let (Value::Number(number), Some(start)) = (call.value(1), call.date(2)) else { return Ok(Value::Null) };
        let moved = date::date_add(interval, number, start)
            .map_err(|error| call.fault_at(1, Code::OutOfRange, format_args!("{error}")))?;
        // Visual Basic forgets the kind where it adds months; dates are UTC here.
        Ok(Value::DateTime(moved.with_kind(date::Kind::Utc)))
    }),
    ..Function::NEW
};

const DATE_DIFF: Function = Function {
    names: Names { provisioning: "DateDiff" },
    page: Page::Provisioning,
    summary: "Gives how many intervals lie between two dates.",
    parameters: &[
        INTERVAL,
        Parameter::new("date1", Kind::Date, "The date to count from."),
        Parameter::new("date2", Kind::Date, "The date to count to."),
    ],
    returns: Kind::INTEGER,
    gives: Gives::Value,
    rules: &[
        Rule::documented(
            "The number is positive where date2 is later, negative where it is earlier, 0 where both are the same.",
        ),
        Rule::evident(
            "It follows Visual Basic's DateDiff, as the reference's numbers show: years, months and weeks are counted by their boundaries, and weeks start on Sunday; all others by the time between.",
        ),
        Rule::inferred("The dates may be text that CDate reads. A null gives null."),
    ],
    examples: &[
        Example::integer("DateDiff(\"d\", CDate([a]), CDate([b]))", 13)
            .with(&[("a", "2021-08-18+08:00"), ("b", "2021-08-31+08:00")]),
        Example::integer("DateDiff(\"ww\", [a], [b])", -493)
            .with(&[("a", "8/25/2021 5:41:18 PM"), ("b", "2012-03-16-07:00")]),
        Example::integer("DateDiff(\"h\", \"2021-08-24\", \"2021-08-25\")", 24),
        Example::integer("DateDiff(\"yyyy\", \"2023-12-31\", \"2024-01-01\")", 1),
        Example::null("DateDiff(\"d\", [missing], Now())"),
        Example::fails("DateDiff(\"dd\", Now(), Now())", Code::UnknownOption),
        Example::fails("DateDiff(\"d\", [a], Now())", Code::NotADate).with(&[("a", "tomorrow")]),
    ],
    purity: Purity::Environment,
    body: Body::Eager(|call| {
        let interval = interval(call)?;
        let (Some(from), Some(to)) = (call.date(1), call.date(2)) else { return Ok(Value::Null) };
        date::date_diff(interval, from, to, 0)
            .map(Value::Integer)
            .map_err(|error| call.fault(Code::OutOfRange, format_args!("{error}")))
    }),
    ..Function::NEW
};

const DATE_FROM_NUM: Function = Function {
    names: Names { provisioning: "DateFromNum" },
    page: Page::Provisioning,
    summary: "Gives the date of a Windows file time, as Active Directory stores dates.",
    parameters: &[Parameter::new("value", Kind::INTEGER, "Steps of 100 ns since 1601-01-01 in UTC.")
        .each()
        .keyed("source")],
    returns: Kind::Date,
    gives: Gives::Value,
    rules: &[
        Rule::documented("The value is a date as Active Directory stores it."),
        Rule::inferred(
            "0 and 9223372036854775807 stand for never there, so they are errors, and so is a negative number.",
        ),
        Rule::inferred("A null or the empty text gives null."),
        Rule::evident("A multi-valued source is worked through value by value."),
    ],
    examples: &[
        Example::text("DateFromNum(129699324000000000)", "1/1/2012 11:00:00 PM"),
        Example::text("DateFromNum([pwdLastSet])", "1/1/2012 11:00:00 PM")
            .with(&[("pwdLastSet", "129699324000000000")]),
        Example::null("DateFromNum([missing])"),
        Example::fails("DateFromNum([accountExpires])", Code::OutOfRange).with(&[("accountExpires", "0")]),
        Example::fails("DateFromNum([accountExpires])", Code::OutOfRange)
            .with(&[("accountExpires", "9223372036854775807")]),
        Example::fails("DateFromNum([a])", Code::NotAnInteger).with(&[("a", "2012-01-01")]),
    ],
    body: Body::Eager(|call| {
        let number = call.integer(0);
        match DateTime::from_file_time(number) {
            Ok(instant) if number != 0 => Ok(Value::DateTime(instant)),
            _ if number == 0 || number == i64::MAX => Err(call.fault_at(
                0,
                Code::OutOfRange,
                format_args!("{number} stands for never in Active Directory and is no date; test for it first, with IIF or Switch"),
            )),
            _ => Err(call.fault_at(0, Code::OutOfRange, format_args!("{number} is no Windows file time"))),
        }
    }),
    ..Function::NEW
};

const NUM_FROM_DATE: Function = Function {
    names: Names { provisioning: "NumFromDate" },
    page: Page::Provisioning,
    summary: "Gives the Windows file time of a date, as Active Directory stores dates.",
    parameters: &[Parameter::new("value", Kind::Date, "The date, or its text.").each().keyed("source")],
    returns: Kind::INTEGER,
    gives: Gives::Value,
    rules: &[
        Rule::documented(
            "The result is what attributes like accountExpires want: steps of 100 ns since 1601-01-01 in UTC.",
        ),
        Rule::documented("The text is an ISO 8601 date; it may have an offset."),
        Rule::inferred(
            "It reads all that CDate reads. A null or empty text gives null; a date before 1601 is an error.",
        ),
        Rule::evident("A multi-valued source is worked through value by value."),
    ],
    examples: &[
        Example::integer("NumFromDate(CDate(\"2012-01-01 23:00:00\"))", 129_699_324_000_000_000),
        Example::integer(
            "NumFromDate(Join(\"\", FormatDateTime([end], , \"yyyy-MM-ddzzz\", \"yyyy-MM-dd\"), \" 23:59:59-08:00\"))",
            132_539_615_990_000_000,
        )
        .with(&[("end", "2020-12-31-08:00")]),
        Example::null("NumFromDate([missing])"),
        Example::fails("NumFromDate([a])", Code::NotADate).with(&[("a", "never")]),
        Example::fails("NumFromDate([a])", Code::OutOfRange).with(&[("a", "1600-12-31")]),
    ],
    purity: Purity::Environment,
    body: Body::Eager(|call| {
        let Some(instant) = call.date(0) else { return Ok(Value::Null) };
        instant.to_file_time().map(Value::Integer).map_err(|_| {
            let message = format_args!("a Windows file time starts with 1601, and the date is in {}", instant.year());
            call.fault_at(0, Code::OutOfRange, message)
        })
    }),
    ..Function::NEW
};

const SOURCE: Parameter = Parameter::new("source", Kind::Any, "A date, or its text.").each();
const INPUT_FORMAT: Parameter =
    Parameter::text("inputFormat", "The .NET format that the text has; omitted, it is read as CDate reads it.")
        .optional();
const OUTPUT_FORMAT: Parameter = Parameter::text("outputFormat", "The .NET format of the result.");

const FORMAT_DATE_TIME: Function = Function {
    names: Names { provisioning: "FormatDateTime" },
    page: Page::Provisioning,
    summary: "Gives a date in another format.",
    parameters: &[
        SOURCE,
        Parameter::text("dateTimeStyles", "Names of .NET's DateTimeStyles, with commas between them.").optional(),
        INPUT_FORMAT,
        OUTPUT_FORMAT,
    ],
    returns: Kind::Text,
    rules: FORMAT_RULES,
    examples: &[
        Example::text("FormatDateTime([extensionAttribute1], , \"yyyyMMddHHmmss.fZ\", \"yyyy-MM-dd\")", "2015-01-23")
            .with(&[("extensionAttribute1", "20150123105347.1Z")]),
        Example::text("FormatDateTime(DateFromNum([pwdLastSet]), , , \"yyyyMMddHHmmss.0Z\")", "20120101230000.0Z")
            .with(&[("pwdLastSet", "129699324000000000")]),
        Example::text(
            "FormatDateTime([a], \"AssumeUniversal, AdjustToUniversal\", \"yyyy-MM-ddzzz\", \"s\")",
            "2020-12-31T08:00:00",
        )
        .with(&[("a", "2020-12-31-08:00")]),
        Example::null("FormatDateTime([missing], , \"yyyy\", \"yy\")"),
        Example::fails("FormatDateTime([a], , \"yyyy-MM-dd\", \"d\")", Code::NotADate).with(&[("a", "31.12.2020")]),
        Example::fails("FormatDateTime([a], , \"yyyy-MM-dd\", \"Q\")", Code::InvalidFormat),
        Example::fails("FormatDateTime([a], \"Lenient\", \"yyyy\", \"yy\")", Code::InvalidFormat),
        Example::fails("FormatDateTime([a], , \"yyyy\", [out])", Code::FormatAtRun)
            .with(&[("a", "2020"), ("out", "Q")]),
    ],
    purity: Purity::Environment,
    body: Body::Prepared(|constants| prepare_format(constants, Places { styles: Some(1), input: 2, output: 3 })),
    ..Function::NEW
};

const FORMAT_DATE_TIME_SHORT: Function = Function {
    names: Names { provisioning: "FormatDateTime" },
    page: Page::CloudSync,
    summary: "Gives a date in another format.",
    parameters: &[SOURCE, INPUT_FORMAT, OUTPUT_FORMAT],
    returns: Kind::Text,
    rules: FORMAT_RULES,
    examples: &[
        Example::text("FormatDateTime([a], \"yyyyMMddHHmmss.fZ\", \"yyyy-MM-dd\")", "2015-01-23")
            .with(&[("a", "20150123105347.1Z")]),
        Example::text("FormatDateTime(DateFromNum([pwdLastSet]), , \"yyyyMMddHHmmss.0Z\")", "20120101230000.0Z")
            .with(&[("pwdLastSet", "129699324000000000")]),
        Example::text("FormatDateTime(\"12/25/2007\", , \"yyyy-MM-dd\")", "2007-12-25"),
        Example::list("FormatDateTime([a], \"yyyy\", \"yy\")", &["19", "20"]).with(&[("a", "2019"), ("a", "2020")]),
        Example::null("FormatDateTime([a], \"yyyy\", \"yy\")").with(&[("a", "")]),
        Example::fails("FormatDateTime([a], \"yyyy-MM-dd\", \"yyyy 'year\")", Code::InvalidFormat),
        Example::fails("FormatDateTime([a], \"yyyy\")", Code::TooFewArguments),
    ],
    purity: Purity::Environment,
    body: Body::Prepared(|constants| prepare_format(constants, Places { styles: None, input: 1, output: 2 })),
    ..Function::NEW
};

const FORMAT_RULES: &[Rule] = &[
    Rule::documented("Formats are those of .NET, standard and custom; the culture is the invariant one."),
    Rule::documented("Without styles they are RoundtripKind, AllowLeadingWhite and AllowTrailingWhite."),
    Rule::documented("The reference has four parameters, cloud sync has three: with three there are no styles."),
    Rule::evident(
        "A source that is a date already is formatted directly, and needs no input format: exported mappings omit it.",
    ),
    Rule::inferred("Without an input format a text is read as CDate reads it."),
    Rule::inferred(
        "A text that does not fit the input format is an error on that record. A null or empty text gives null.",
    ),
    Rule::inferred("A multi-valued source is worked through value by value."),
];

/// Where the arguments of the two forms stand.
#[derive(Debug, Clone, Copy)]
struct Places {
    styles: Option<usize>,
    input: usize,
    output: usize,
}

/// A format: compiled once where it is constant.
#[derive(Debug)]
enum Format {
    Absent,
    Ready(Box<DateFormat>),
    Later,
}

#[derive(Debug)]
struct FormatDate {
    places: Places,
    /// Nothing where the record supplies them.
    styles: Option<Styles>,
    input: Format,
    output: Format,
    /// So much of a text is its day as the output has it.
    day: Option<usize>,
}

const STYLES: Styles = Styles::ROUNDTRIP_KIND.union(Styles::ALLOW_LEADING_WHITE).union(Styles::ALLOW_TRAILING_WHITE);

/// Reads styles that go together.
fn styles(text: &str) -> Result<Styles, date::StylesError> {
    let styles: Styles = text.parse()?;
    styles.validate()?;
    Ok(styles)
}

/// Compiles a format to read by.
fn readable(text: &str) -> Result<DateFormat, date::FormatError> {
    let format = DateFormat::new(text)?;
    format.read_error().map_or(Ok(format), Err)
}

/// Compiles a format to write.
fn writable(text: &str) -> Result<DateFormat, date::FormatError> {
    let format = DateFormat::new(text)?;
    format.write_error().map_or(Ok(format), Err)
}

fn prepare_format(constants: &Constants<'_>, places: Places) -> Result<Box<dyn Prepared>, Problem> {
    let styles =
        match places.styles.map_or(Given::Absent, |place| constants.given(place)) {
            Given::Absent | Given::Text("") => Some(STYLES),
            Given::Text(text) => Some(styles(text).map_err(|error| {
                Problem::at(places.styles.unwrap_or_default(), Code::InvalidFormat, error.to_string())
            })?),
            Given::Later => None,
        };
    let prepare = |place, compile: fn(&str) -> Result<DateFormat, date::FormatError>| match constants.given(place) {
        Given::Absent => Ok(Format::Absent),
        Given::Later => Ok(Format::Later),
        Given::Text(text) => match compile(text) {
            Ok(format) => Ok(Format::Ready(Box::new(format))),
            Err(error) => Err(Problem::at(place, Code::InvalidFormat, error.to_string())),
        },
    };
    // An empty input format counts as none, as an omitted one prints so in places.
    let input = match constants.given(places.input) {
        Given::Text("") => Format::Absent,
        _ => prepare(places.input, readable)?,
    };
    let output = prepare(places.output, writable)?;
    let day = match (&input, &output) {
        // The styles allow white space at both ends, as the format was compiled for.
        (Format::Ready(input), Format::Ready(output)) if styles == Some(STYLES) => input.starts_with_day(output),
        _ => None,
    };
    Ok(Box::new(FormatDate { places, styles, input, output, day }))
}

impl Prepared for FormatDate {
    fn takes(&self) -> Option<Takes> {
        match self {
            FormatDate { styles: Some(_), input: Format::Ready(input), output: Format::Ready(_), .. }
                if input.tells_year() =>
            {
                Some(Takes::one(0))
            }
            _ => None,
        }
    }

    fn text<'a>(&'a self, source: &'a str, room: Room<'a>) -> Option<&'a str> {
        let (Some(styles), Format::Ready(input), Format::Ready(output)) = (self.styles, &self.input, &self.output)
        else {
            return None;
        };
        // Where the day is only cut out of the text, it is a piece of it.
        if let Some(length) = self.day
            && input.keeps_day(source, styles)
        {
            return source.get(..length);
        }
        // The format tells the year, so the day is not asked for, nor the clock.
        let instant = input.parse_exact(source, styles, &Defaults::at(DateTime::MIN)).ok()?;
        let mut out = room.writer(32)?;
        output.write(&instant, &mut out).ok()?;
        (out.len() <= room.limit).then(|| out.into_bump_str())
    }

    fn call<'a>(&'a self, call: &Call<'_, 'a>) -> Returns<'a> {
        let instant = match call.value(0) {
            Value::DateTime(instant) => instant,
            Value::Text("") => return Ok(Value::Null),
            other => self.read(call, value::to_text(other, call.arena()))?,
        };
        match &self.output {
            Format::Absent => Ok(Value::Null),
            Format::Ready(format) => write(call, format, instant),
            Format::Later => {
                let format = writable(call.text(self.places.output))
                    .map_err(|error| call.fault_at(self.places.output, Code::FormatAtRun, format_args!("{error}")))?;
                write(call, &format, instant)
            }
        }
    }
}

impl FormatDate {
    fn read<'a>(&'a self, call: &Call<'_, 'a>, text: &str) -> Result<DateTime, Stop<'a>> {
        let given;
        let format: &DateFormat = match &self.input {
            Format::Ready(format) => format,
            Format::Later if !call.text(self.places.input).is_empty() => {
                given = readable(call.text(self.places.input))
                    .map_err(|error| call.fault_at(self.places.input, Code::FormatAtRun, format_args!("{error}")))?;
                &given
            }
            _ => {
                return value::to_date(Value::Text(text), || call.context().now()).map_err(|error| {
                    call.fault_at(0, error.code, format_args!("'{}' is not {}", cut(text, 0, 60), error.wanted))
                });
            }
        };
        let styles = match (self.styles, self.places.styles) {
            (Some(styles), _) => styles,
            (None, Some(place)) if !call.text(place).is_empty() => styles(call.text(place))
                .map_err(|error| call.fault_at(place, Code::FormatAtRun, format_args!("{error}")))?,
            _ => STYLES,
        };
        format.parse_exact(text, styles, &Defaults::at(call.context().now())).map_err(|error| {
            let shown = cut(text, 0, 60);
            call.fault_at(0, Code::NotADate, format_args!("'{shown}' does not fit the input format: {error}"))
        })
    }
}

fn write<'a>(call: &Call<'_, 'a>, format: &DateFormat, instant: DateTime) -> Returns<'a> {
    let mut text = call.writer_for(32);
    format.write(&instant, &mut text).map_err(|error| match error {
        WriteDateError::Writer => Writer::overflow(std::fmt::Error),
        error => call.fault(Code::FormatAtRun, format_args!("{error}")),
    })?;
    text.finish()
}
