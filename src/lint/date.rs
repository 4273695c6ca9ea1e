//! Rules about dates and their formats.

use super::facts::{Form, whole};
use super::view::{Expression, Mapping, argument, attribute, bare, call, text, written};
use super::{Check, Rule, Sample};
use crate::diagnostic::{Code, Diagnostic};
use crate::functions::Basis;
use crate::syntax::{Call, Expr, Node, NumberValue, Operator};

pub(super) static RULES: &[Rule] = &[
    MONTHS_AND_MINUTES,
    HOUR_WITHOUT_HALF,
    FORMAT_LETTERS,
    MISSING_FORMAT,
    TEXT_AS_DATE,
    INPUT_FORMAT_UNUSED,
    FUTURE_FOR_PAST,
];

const FORMATS: &str = "https://learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings";
const FORMAT_DATE_TIME: &str = "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#formatdatetime";

/// A run of one letter in a custom format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    letter: char,
    start: usize,
    length: usize,
}

/// The runs of letters in a custom format, without what is quoted or escaped. A single
/// letter is a standard format and has none.
fn runs(format: &str) -> Vec<Run> {
    let mut found: Vec<Run> = Vec::new();
    if format.chars().count() < 2 {
        return found;
    }
    let mut quote = None;
    let mut escaped = false;
    for (start, letter) in format.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match (quote, letter) {
            (_, '\\') => escaped = true,
            (Some(open), letter) if open == letter => quote = None,
            (None, '\'' | '"') => quote = Some(letter),
            (None, letter) if letter.is_ascii_alphabetic() => match found.last_mut() {
                Some(run) if run.letter == letter && run.start + run.length == start => run.length += 1,
                _ => found.push(Run { letter, start, length: 1 }),
            },
            _ => {}
        }
    }
    found
}

/// The places of the input and the output format.
fn places(call: &Call) -> [usize; 2] {
    if call.arguments.len() == 3 { [1, 2] } else { [2, 3] }
}

/// Calls `visit` with every constant format.
fn formats<'e>(view: &Expression<'e>, mut visit: impl FnMut(&'e Expr, &'e str)) {
    view.calls(|_, call, name| {
        if name != "FormatDateTime" {
            return;
        }
        for place in places(call) {
            if let Some((expr, format)) = argument(call, place).and_then(|expr| Some((expr, text(expr)?))) {
                visit(expr, format);
            }
        }
    });
}

/// A format with other letters in some runs.
fn respelled(format: &str, change: impl Fn(usize) -> Option<char>) -> String {
    let letters = format.char_indices().map(|(place, letter)| change(place).unwrap_or(letter));
    written(&letters.collect::<String>())
}

const MONTHS_AND_MINUTES: Rule = Rule {
    code: Code::MonthsAndMinutes,
    why: "In a .NET format MM is the month and mm the minute. The minute in the middle of a date is 00 for dates \
          without a time, and the month between hours and seconds is wrong for everybody.",
    basis: Basis::Evident,
    source: FORMATS,
    bad: &[Sample::expression("FormatDateTime([hireDate], , \"yyyy-mm-dd\", \"dd.MM.yyyy\")")],
    good: &[Sample::expression("FormatDateTime([hireDate], , \"yyyy-MM-dd\", \"dd.MM.yyyy\")")],
    check: Check::Expression(months_and_minutes),
};

fn months_and_minutes(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    formats(view, |expr, format| {
        let runs = runs(format);
        let mut wrong = Vec::new();
        for (index, run) in runs.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|index| runs.get(index)).map(|run| run.letter);
            let behind = runs.get(index + 1).map(|run| run.letter);
            let time = |letter: Option<char>| matches!(letter, Some('h' | 'H' | 's'));
            let date = |letter: Option<char>| matches!(letter, Some('y' | 'd'));
            match run.letter {
                'm' if !time(before) && !time(behind) && (date(before) || date(behind)) => wrong.push((*run, 'M')),
                'M' if matches!(before, Some('h' | 'H')) && (matches!(behind, Some('s')) || !date(behind)) => {
                    wrong.push((*run, 'm'));
                }
                _ => {}
            }
        }
        let Some((first, right)) = wrong.first() else { return };
        let (is, belongs) = if *right == 'M' { ("the minute", "the month") } else { ("the month", "the minute") };
        let spelled = respelled(format, |place| {
            wrong
                .iter()
                .find(|(run, _)| (run.start..run.start + run.length).contains(&place))
                .map(|(_, letter)| *letter)
        });
        let run: String = std::iter::repeat_n(first.letter, first.length).collect();
        found.push(
            Diagnostic::new(Code::MonthsAndMinutes, expr.span, format!("{run} is {is}, where {belongs} belongs"))
                .help(format!("write {spelled}"))
                .fix(expr.span, spelled),
        );
    });
}

const HOUR_WITHOUT_HALF: Rule = Rule {
    code: Code::HourWithoutHalf,
    why: "h counts hours from 1 to 12. Without tt beside it nothing says which half of the day is meant: 15:00 comes out \
          as 03:00, and a text such as 15:00 is not read at all. H counts from 0 to 23.",
    basis: Basis::Evident,
    source: FORMATS,
    bad: &[Sample::expression("FormatDateTime([hireDate], , \"yyyy-MM-dd\", \"yyyy-MM-dd hh:mm:ss\")")],
    good: &[Sample::expression("FormatDateTime([hireDate], , \"yyyy-MM-dd\", \"yyyy-MM-dd HH:mm:ss\")")],
    check: Check::Expression(hour_without_half),
};

fn hour_without_half(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    formats(view, |expr, format| {
        let runs = runs(format);
        let has = |letter| runs.iter().any(|run| run.letter == letter);
        if has('h') && !has('t') {
            let spelled = respelled(format, |place| {
                let inside = |run: &&Run| run.letter == 'h' && (run.start..run.start + run.length).contains(&place);
                runs.iter().find(inside).map(|_| 'H')
            });
            found.push(
                Diagnostic::new(
                    Code::HourWithoutHalf,
                    expr.span,
                    "h counts hours up to 12, and there is no tt beside it",
                )
                .help(format!("write {spelled}, or add tt"))
                .fix(expr.span, spelled),
            );
        }
    });
}

const FORMAT_LETTERS: Rule = Rule {
    code: Code::FormatLetters,
    why: ".NET has yyyy and dd; Y, D and S stand for nothing there and come out as they are: \"YYYY-01-DD\".",
    basis: Basis::Evident,
    source: FORMATS,
    bad: &[Sample::expression("FormatDateTime([hireDate], , \"yyyy-MM-dd\", \"YYYY-MM-DD\")")],
    good: &[Sample::expression("FormatDateTime([hireDate], , \"yyyy-MM-dd\", \"yyyy-MM-dd\")")],
    check: Check::Expression(format_letters),
};

fn format_letters(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    formats(view, |expr, format| {
        let runs = runs(format);
        let meant = |run: &Run| match run.letter {
            'Y' if run.length > 1 => Some('y'),
            'D' if run.length > 1 => Some('d'),
            'S' if run.length > 1 => Some('s'),
            _ => None,
        };
        let Some(first) = runs.iter().find(|run| meant(run).is_some()) else { return };
        let spelled = respelled(format, |place| {
            runs.iter().find(|run| (run.start..run.start + run.length).contains(&place)).and_then(meant)
        });
        let run: String = std::iter::repeat_n(first.letter, first.length).collect();
        found.push(
            Diagnostic::new(Code::FormatLetters, expr.span, format!("{run} stands for nothing in a .NET format"))
                .help(format!("write {spelled}"))
                .fix(expr.span, spelled),
        );
    });
}

const MISSING_FORMAT: Rule = Rule {
    code: Code::MissingFormat,
    why: "The reference of provisioning has four parameters (source, styles, input format, output format), that of cloud \
          sync three. With three arguments there are no styles, so the only format is the output's, and the text is read \
          as CDate reads it, month before day.",
    basis: Basis::Documented,
    source: FORMAT_DATE_TIME,
    bad: &[Sample::expression("FormatDateTime([hireDate], , \"dd.MM.yyyy\")")],
    good: &[Sample::expression("FormatDateTime([hireDate], , \"dd.MM.yyyy\", \"yyyy-MM-dd\")")],
    check: Check::Expression(missing_format),
};

fn missing_format(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    const STYLES: [&str; 8] = [
        "RoundtripKind",
        "AllowLeadingWhite",
        "AllowTrailingWhite",
        "AllowWhiteSpaces",
        "AllowInnerWhite",
        "AssumeUniversal",
        "AssumeLocal",
        "AdjustToUniversal",
    ];
    view.calls(|_, call, name| {
        if name != "FormatDateTime" || call.arguments.len() != 3 {
            return;
        }
        let Some(source) = argument(call, 0) else { return };
        let styles =
            argument(call, 1).and_then(text).is_some_and(|text| STYLES.iter().any(|style| text.contains(style)));
        let omitted = argument(call, 1).is_none();
        // Exported configurations format a date like this.
        if !styles && (!omitted || view.facts(source).form == Form::Date) {
            return;
        }
        let message = if styles {
            "styles stand where three arguments have the input format"
        } else {
            "with three arguments this is the output format, and the input has none"
        };
        let place = if styles { argument(call, 1) } else { argument(call, 2) };
        found.push(
            Diagnostic::new(Code::MissingFormat, place.map_or(call.name.span, |place| place.span), message)
                .help("FormatDateTime(source, , \"input format\", \"output format\")"),
        );
    });
}

const TEXT_AS_DATE: Rule = Rule {
    code: Code::TextAsDate,
    why: "The reference asks for CDate around a date that is text, which is what an HR system delivers.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#dateadd",
    bad: &[Sample::expression("DateAdd(\"d\", 7, [StatusHireDate])")],
    good: &[Sample::expression("DateAdd(\"d\", 7, CDate([StatusHireDate]))")],
    check: Check::Expression(text_as_date),
};

fn text_as_date(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    view.calls(|_, call, name| {
        let places: &[usize] = match name {
            "DateAdd" => &[2],
            "DateDiff" => &[1, 2],
            _ => return,
        };
        for date in places.iter().filter_map(|place| argument(call, *place)) {
            if attribute(date).is_some() {
                let wrapped = format!("CDate({date})");
                found.push(
                    Diagnostic::new(
                        Code::TextAsDate,
                        date.span,
                        format!("{name} wants a date, and {date} may be text"),
                    )
                    .help(format!("write {wrapped}"))
                    .fix(date.span, wrapped),
                );
            }
        }
    });
}

const INPUT_FORMAT_UNUSED: Rule = Rule {
    code: Code::InputFormatUnused,
    why: "What CDate, DateAdd, DateFromNum and Now give is a date, which is formatted as it is: exported configurations \
          omit the input format there. The reference says that their text is M/d/yyyy h:mm:ss tt, so a format that is \
          unlike it does not describe it in any case.",
    basis: Basis::Evident,
    source: FORMAT_DATE_TIME,
    bad: &[Sample::expression("FormatDateTime(CDate([hireDate]), , \"yyyy-MM-dd\", \"dd.MM.yyyy\")")],
    good: &[Sample::expression("FormatDateTime(CDate([hireDate]), , , \"dd.MM.yyyy\")")],
    check: Check::Expression(input_format_unused),
};

fn input_format_unused(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    view.calls(|_, call, name| {
        let ("FormatDateTime", Some(source)) = (name, argument(call, 0)) else { return };
        let [input, _] = places(call);
        let Some(format) = argument(call, input) else { return };
        let unlike = text(format).is_some_and(|format| !format.is_empty() && !format.starts_with("M/d/yyyy"));
        if unlike && view.facts(source).form == Form::Date {
            found.push(
                Diagnostic::new(
                    Code::InputFormatUnused,
                    format.span,
                    "the source is a date already, which has no format",
                )
                .help("leave the input format out"),
            );
        }
    });
}

const FUTURE_FOR_PAST: Rule = Rule {
    code: Code::FutureForPast,
    why: "DateDiff(\"d\", Now(), hire date) is positive where the hire date lies ahead. Compared with >= 0 it enables \
          accounts before the first day and disables them on the second. The guides of the vendor have this themselves.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#datediff",
    bad: &[Sample::mapping(
        "accountEnabled",
        "IIF(DateDiff(\"d\", Now(), CDate([StatusHireDate])) >= 0, \"True\", \"False\")",
    )],
    good: &[Sample::mapping(
        "accountEnabled",
        "IIF(DateDiff(\"d\", Now(), CDate([StatusHireDate])) <= 0, \"True\", \"False\")",
    )],
    check: Check::Mapping(future_for_past),
};

fn future_for_past(view: &Mapping<'_>, found: &mut Vec<Diagnostic>) {
    let Some(expression) = view.expression() else { return };
    expression.calls(|_, call, name| {
        let ("IIF", Some(condition)) = (name, argument(call, 0)) else { return };
        let Some(later) = holds_for_the_future(&expression, condition) else { return };
        let (then, otherwise) = (argument(call, 1), argument(call, 2));
        let says = |value: Option<&Expr>, wanted: &str| {
            value.is_some_and(|value| match &value.node {
                Node::Text(text) => text.value.eq_ignore_ascii_case(wanted),
                Node::Word(word) => word.eq_ignore_ascii_case(wanted),
                _ => false,
            })
        };
        let skips = |value: Option<&Expr>| matches!(value.map(|value| &value.node), Some(Node::Word(word)) if word.starts_with("Ignore"));
        let enables = (view.fills(&["accountEnabled", "active"]) && says(then, "true") && says(otherwise, "false"))
            || (view.fills(&["accountDisabled"]) && says(then, "false") && says(otherwise, "true"))
            || (skips(otherwise) && !skips(then));
        if enables {
            found.push(
                Diagnostic::new(
                    Code::FutureForPast,
                    condition.span,
                    format!("this holds while [{later}] lies ahead, and the value is then that of people who have started"),
                )
                .help("turn the comparison round: DateDiff is positive where its second date is the later one"),
            );
        }
    });
}

/// The start date that lies ahead where a comparison of a DateDiff from or to now holds.
fn holds_for_the_future<'e>(view: &Expression<'e>, condition: &'e Expr) -> Option<&'e str> {
    let Node::Operation(operation) = &bare(condition).node else { return None };
    let [one, two] = operation.operands.as_slice() else { return None };
    let difference = call(one).filter(|_| view.called(one) == Some("DateDiff"))?;
    let limit = match &bare(two).node {
        Node::Number(number) => match number.value {
            NumberValue::Integer(integer) => integer,
            NumberValue::Fraction(_) => return None,
        },
        _ => i64::try_from(whole(two)?).ok()?,
    };
    let is_now = |expr: Option<&Expr>| expr.is_some_and(|expr| view.called(expr) == Some("Now"));
    let (from, to) = (argument(difference, 1), argument(difference, 2));
    let start = |expr: Option<&'e Expr>| {
        let expr = expr?;
        let name = attribute(expr).or_else(|| call(expr).and_then(|call| argument(call, 0)).and_then(attribute))?;
        let lower = name.to_ascii_lowercase();
        (lower.contains("hire") || lower.contains("start") || lower.contains("joindate")).then_some(name)
    };
    match operation.operator {
        // Positive while the start lies ahead; `>= 0` and `> 0` hold then, `> 5` is a wish for some days.
        Operator::Greater | Operator::GreaterOrEqual if is_now(from) && (-1..=1).contains(&limit) => start(to),
        Operator::Less | Operator::LessOrEqual if is_now(to) && (-1..=1).contains(&limit) => start(from),
        _ => None,
    }
}
