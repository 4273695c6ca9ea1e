//! Microsoft Entra provisioning and cloud sync.
//!
//! Sources: "Reference for writing expressions for attribute mappings in Microsoft
//! Entra Application Provisioning" and "Microsoft Entra Cloud Sync expressions and
//! function reference". `IgnoreAttributeFlow` and `IgnoreObjectFlow` come from the
//! vendor's Workday guide; concatenation with `&` from the cloud sync page.

use super::{CaseRule, Foreign, Meaning, Profile};
use crate::syntax::Operator;

pub(super) static PROFILE: Profile = Profile {
    name: "provisioning",
    title: "Microsoft Entra provisioning",
    operators: &[
        Operator::Equal,
        Operator::NotEqual,
        Operator::Less,
        Operator::LessOrEqual,
        Operator::Greater,
        Operator::GreaterOrEqual,
        Operator::Concatenate,
    ],
    operators_at_top: false,
    omitted_arguments: true,
    words: &[
        ("True", Meaning::Boolean(true)),
        ("False", Meaning::Boolean(false)),
        ("NULL", Meaning::Null),
        ("IgnoreAttributeFlow", Meaning::Skip),
        ("IgnoreObjectFlow", Meaning::SkipObject),
    ],
    foreign: &[
        Foreign {
            spellings: &["&&", "and", "-and"],
            advice: "there is no AND: nest IIF in the true branch, IIF(first, IIF(second, yes, no), no)",
        },
        Foreign {
            spellings: &["||", "or", "-or", "|"],
            advice: "there is no OR: nest IIF in the false branch, IIF(first, yes, IIF(second, yes, no))",
        },
        Foreign { spellings: &["not", "!", "-not"], advice: "negate with the function: Not(…)" },
        Foreign {
            spellings: &["+"],
            advice: "join text with Append(a, b), Join(\"\", a, b), or a & b inside an argument",
        },
        Foreign {
            spellings: &["-", "*", "/", "mod", "^"],
            advice: "there is no arithmetic; dates are moved with DateAdd and compared with DateDiff",
        },
        Foreign { spellings: &["==", "eq", "-eq", "is"], advice: "compare with a single =" },
        Foreign { spellings: &["!=", "ne", "-ne"], advice: "compare with <>" },
        Foreign {
            spellings: &["like", "-like", "-match", "-contains", "-startswith"],
            advice: "search with InStr(text, part), or match with Replace and a pattern",
        },
        Foreign { spellings: &["?", ":"], advice: "choose with IIF(condition, value if true, value if false)" },
    ],
    strangers: &[
        ("LCase", "ToLower([x])"),
        ("LowerCase", "ToLower([x])"),
        ("UCase", "ToUpper([x])"),
        ("UpperCase", "ToUpper([x])"),
        ("Concatenate", "Join(\"\", [x], [y])"),
        ("Concat", "Join(\"\", [x], [y])"),
        ("ReplaceString", "Replace([x], \"old\", , , \"new\", , )"),
        ("If", "IIF(condition, value if true, value if false)"),
        ("And", "IIF(first, IIF(second, \"True\", \"False\"), \"False\")"),
        ("Or", "IIF(first, \"True\", IIF(second, \"True\", \"False\"))"),
        ("Xor", "IIF(first, Not(second), second)"),
        ("Substring", "Mid([x], start, length)"),
        ("Length", "Len([x])"),
        ("IsBlank", "IsNullOrEmpty([x])"),
        ("IsEmpty", "IsNullOrEmpty([x])"),
        ("CInt", "BitAnd([x], 9223372036854775807), or the text itself: numbers compare as numbers"),
        ("CNum", "the text itself: numbers compare as numbers"),
        ("Today", "Now()"),
        ("Format", "FormatDateTime([x], , \"input format\", \"output format\")"),
    ],
    comparison: CaseRule::Ordinal,
};
