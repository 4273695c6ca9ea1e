//! Rules about target attributes, matching, and the mappings of an object together.

use super::facts::{Form, Null};
use super::view::{
    Expression, Mapping, argument, arguments, attribute, bare, called, is_constant, mentions, name, value,
};
use super::{Check, Rule, Sample};
use crate::compiler::Compiler;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::directory::is_entra;
use crate::directory::is_hr;
use crate::functions::Basis;
use crate::mapping::Apply;
use crate::syntax::{Expr, Node};
use std::collections::HashMap;

pub(super) static RULES: &[Rule] = &[
    MATCHING_IS_CONSTANT,
    MATCHING_NOT_UNIQUE,
    MATCHING_EXTENSION,
    MATCHING_PRECEDENCE,
    TEXT_FOR_BOOLEAN,
    BOOLEAN_IN_CAPITALS,
    TOO_LONG_FOR_TARGET,
    PRIMARY_KEY_TARGET,
    UNPARSED_ROLES,
    SWITCH_ON_REFERENCE,
    DEFAULT_UNUSED,
    SOFT_DELETED_IGNORED,
    MAIL_ON_UPDATE,
    UNAVAILABLE_SOURCE,
    PHOTO_UNSUPPORTED,
];

const MATCHING: &str = "https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes#matching-users-in-the-source-and-target--systems";
const WORKDAY: &str =
    "https://learn.microsoft.com/entra/identity/app-provisioning/workday-expression-mapping-functions-guide";
const HR_UPDATES: &str = "https://learn.microsoft.com/entra/identity/app-provisioning/hr-user-update-issues";

/// A finding about the whole expression.
fn whole(view: &Mapping<'_>, code: Code, message: String) -> Diagnostic {
    Diagnostic::new(code, view.tree.map_or(Span::default(), |tree| tree.span), message)
}

const MATCHING_IS_CONSTANT: Rule = Rule {
    code: Code::MatchingIsConstant,
    why: "Matching attributes have to be unique. A value that does not depend on the record finds the same object for \
          everybody, or none.",
    basis: Basis::Documented,
    source: MATCHING,
    bad: &[Sample::mapping("employeeType", "\"Employee\"").matching(1)],
    good: &[Sample::mapping("employeeId", "[WorkerID]").matching(1), Sample::mapping("employeeType", "\"Employee\"")],
    check: Check::Mapping(|view, found| {
        if let Some(tree) = view.tree.filter(|_| view.matches())
            && is_constant(tree, view.compiler)
        {
            let message = format!("objects are matched by {}, which is the same for all of them", view.subject.target);
            found.push(
                whole(view, Code::MatchingIsConstant, message).help("match by an identifier that the source has"),
            );
        }
    }),
};

const MATCHING_NOT_UNIQUE: Rule = Rule {
    code: Code::MatchingNotUnique,
    why: "Matching attributes have to be unique: two people who share the value are matched to one account, and more than \
          one account for a value is a conflict. Which attributes people share is our list: parts of names, department, \
          title, place, company.",
    basis: Basis::Documented,
    source: MATCHING,
    bad: &[Sample::mapping("name.familyName", "[surname]").matching(1)],
    good: &[
        Sample::mapping("userName", "[userPrincipalName]").matching(1),
        Sample::mapping("name.familyName", "[surname]"),
    ],
    check: Check::Mapping(|view, found| {
        const SHARED: [&str; 16] = [
            "givenName",
            "surname",
            "sn",
            "name.givenName",
            "name.familyName",
            "department",
            "jobTitle",
            "title",
            "city",
            "l",
            "country",
            "c",
            "company",
            "companyName",
            "officeLocation",
            "manager",
        ];
        let source = view.tree.and_then(attribute).unwrap_or_default();
        if view.matches() && (view.fills(&SHARED) || SHARED.iter().any(|name| name.eq_ignore_ascii_case(source))) {
            let message =
                format!("objects are matched by {}, which several people have in common", view.subject.target);
            found.push(
                whole(view, Code::MatchingNotUnique, message).help("match by userPrincipalName, mail or employee ID"),
            );
        }
    }),
};

const MATCHING_EXTENSION: Rule = Rule {
    code: Code::MatchingExtension,
    why: "The directory cannot be searched by extensionAttribute1 to 15, so the matching step fails for creation and for \
          updates.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/hr-user-update-issues#user-match-with-extensionattribute-not-working",
    bad: &[Sample::mapping("extensionAttribute3", "[WorkerID]")
        .matching(1)
        .between("Workday", "Azure Active Directory")],
    good: &[Sample::mapping("employeeId", "[WorkerID]").matching(1).between("Workday", "Azure Active Directory")],
    check: Check::Mapping(|view, found| {
        let target = view.subject.target.to_ascii_lowercase();
        let number = target.rsplit('.').next().and_then(|name| name.strip_prefix("extensionattribute"));
        let extension =
            number.and_then(|number| number.parse::<u8>().ok()).is_some_and(|number| (1..=15).contains(&number));
        if extension && view.matches() && view.fills_entra() {
            let message = format!("Microsoft Entra ID cannot search by {}", view.subject.target);
            found.push(whole(view, Code::MatchingExtension, message).help("match by employeeId"));
        }
    }),
};

const MATCHING_PRECEDENCE: Rule = Rule {
    code: Code::MatchingPrecedence,
    why: "Matching attributes are tried in the order of their precedence until one finds an object. Two with the same \
          precedence have no order.",
    basis: Basis::Documented,
    source: MATCHING,
    bad: &[
        Sample::mapping("userName", "[userPrincipalName]").matching(1),
        Sample::mapping("externalId", "[objectId]").matching(1),
    ],
    good: &[
        Sample::mapping("userName", "[userPrincipalName]").matching(1),
        Sample::mapping("externalId", "[objectId]").matching(2),
    ],
    check: Check::Configuration(|views, found| {
        let mut known: HashMap<u32, &str> = HashMap::new();
        for (index, view) in views.iter().enumerate() {
            let Some(precedence) = view.subject.matching.filter(|precedence| *precedence > 0) else { continue };
            if let Some(other) = known.get(&precedence) {
                let message = format!("{other} has the matching precedence {precedence} already");
                let finding = Diagnostic::new(Code::MatchingPrecedence, Span::default(), message);
                found.push((index, finding.help("give each matching attribute a precedence of its own")));
            } else {
                known.insert(precedence, view.subject.target);
            }
        }
    }),
};

/// The values that an expression chooses between.
fn leaves<'e>(expr: &'e Expr, compiler: &Compiler, visit: &mut impl FnMut(&'e Expr)) {
    let expr = bare(expr);
    let Node::Call(call) = &expr.node else { return visit(expr) };
    match name(call, compiler) {
        Some("IIF") => call.arguments.iter().skip(1).filter_map(value).for_each(|value| leaves(value, compiler, visit)),
        Some("Switch") => {
            let default = argument(call, 1).into_iter();
            let values = call.arguments.iter().skip(3).step_by(2).filter_map(value);
            default.chain(values).for_each(|value| leaves(value, compiler, visit));
        }
        Some("Coalesce" | "IgnoreFlowIfNullOrEmpty" | "Redact" | "CBool") => {
            arguments(call).for_each(|value| leaves(value, compiler, visit));
        }
        _ => visit(expr),
    }
}

/// A constant as the text that flows.
fn flowing(leaf: &Expr) -> Option<&str> {
    match &leaf.node {
        Node::Text(text) => Some(&text.value),
        Node::Number(number) => Some(&number.raw),
        _ => None,
    }
}

const TEXT_FOR_BOOLEAN: Rule = Rule {
    code: Code::TextForBoolean,
    why: "The attribute is a boolean. What flows is converted to it, and text such as \"Yes\" or \"1\" has no value there: \
          the object fails, or the account stays as it was.",
    basis: Basis::Documented,
    source: "Language specification, What check knows; \
             https://learn.microsoft.com/entra/identity/app-provisioning/workday-expression-mapping-functions-guide",
    bad: &[Sample::mapping("active", "Switch([Status], \"no\", \"A\", \"yes\")")],
    good: &[Sample::mapping("active", "Switch([Status], \"False\", \"A\", \"True\")")],
    check: Check::Mapping(|view, found| {
        const BOOLEANS: [&str; 5] =
            ["active", "accountEnabled", "accountDisabled", "showInAddressList", "msExchHideFromAddressLists"];
        let Some(tree) = view.tree.filter(|_| view.fills(&BOOLEANS)) else { return };
        leaves(tree, view.compiler, &mut |leaf| {
            let Some(text) = flowing(leaf).filter(|text| !text.is_empty()) else { return };
            if !text.eq_ignore_ascii_case("true") && !text.eq_ignore_ascii_case("false") {
                let message = format!("{} is a boolean, and \"{text}\" is neither True nor False", view.subject.target);
                found.push(
                    Diagnostic::new(Code::TextForBoolean, leaf.span, message).help("write \"True\" or \"False\""),
                );
            }
        });
    }),
};

const BOOLEAN_IN_CAPITALS: Rule = Rule {
    code: Code::BooleanInCapitals,
    why: "Active Directory takes msExchHideFromAddressLists as TRUE or FALSE in capitals only; any other spelling ends in \
          the error HybridSynchronizationActiveDirectoryInvalidParameter.",
    basis: Basis::Documented,
    source: WORKDAY,
    bad: &[Sample::mapping("msExchHideFromAddressLists", "Switch([Active], , \"1\", \"False\", \"0\", \"True\")")],
    good: &[Sample::mapping("msExchHideFromAddressLists", "Switch([Active], , \"1\", \"FALSE\", \"0\", \"TRUE\")")],
    check: Check::Mapping(|view, found| {
        let Some(tree) = view.tree.filter(|_| view.fills(&["msExchHideFromAddressLists"])) else { return };
        leaves(tree, view.compiler, &mut |leaf| {
            let written = match &leaf.node {
                Node::Text(text) => &text.value,
                Node::Word(word) => word,
                _ => return,
            };
            let capitals = written.to_ascii_uppercase();
            if matches!(capitals.as_str(), "TRUE" | "FALSE")
                && (capitals != *written || matches!(leaf.node, Node::Word(_)))
            {
                let message = format!("{} takes \"{capitals}\" in capitals only", view.subject.target);
                found.push(
                    Diagnostic::new(Code::BooleanInCapitals, leaf.span, message)
                        .help(format!("write \"{capitals}\""))
                        .fix(leaf.span, format!("\"{capitals}\"")),
                );
            }
        });
    }),
};

const TOO_LONG_FOR_TARGET: Rule = Rule {
    code: Code::TooLongForTarget,
    why: "sAMAccountName takes 20 characters. A longer one fails for the few people with long names, on their first day.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/windows/win32/adschema/a-samaccountname",
    bad: &[Sample::mapping("sAMAccountName", "Join(\".\", [givenName], [surname])").only_on_create()],
    good: &[Sample::mapping("sAMAccountName", "Left(Join(\".\", [givenName], [surname]), 20)").only_on_create()],
    check: Check::Mapping(too_long),
};

const ACCOUNT_NAME: usize = 20;

fn too_long(view: &Mapping<'_>, found: &mut Vec<Diagnostic>) {
    let Some((tree, expression)) = view.tree.zip(view.expression()) else { return };
    // What the source has as an account name is taken for one.
    if !view.fills(&["sAMAccountName"]) || attribute(tree).is_some() {
        return;
    }
    let rules: Vec<&Expr> = match super::view::call(tree) {
        Some(call) if called(tree, view.compiler) == Some("SelectUniqueValue") => arguments(call).collect(),
        _ => vec![tree],
    };
    for rule in rules {
        let length = match expression.facts(rule).longest {
            Some(longest) if longest <= ACCOUNT_NAME => continue,
            Some(longest) => format!("have {longest} characters"),
            None => "have any length".to_owned(),
        };
        let message = format!("the value may {length}, and {} takes {ACCOUNT_NAME}", view.subject.target);
        found.push(
            Diagnostic::new(Code::TooLongForTarget, rule.span, message)
                .help(format!("cut it: Left(…, {ACCOUNT_NAME})")),
        );
    }
}

const PRIMARY_KEY_TARGET: Rule = Rule {
    code: Code::PrimaryKeyTarget,
    why: "The target gives its objects their primary key, typically ID. The page says that it should not be a target \
          attribute of a mapping.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes#what-you-should-know",
    bad: &[Sample::mapping("id", "[objectId]")],
    good: &[Sample::mapping("externalId", "[objectId]")],
    check: Check::Mapping(|view, found| {
        if view.fills(&["id"]) {
            let message = "the target gives its objects their ID itself".to_owned();
            found.push(whole(view, Code::PrimaryKeyTarget, message).help("fill externalId"));
        }
    }),
};

const UNPARSED_ROLES: Rule = Rule {
    code: Code::UnparsedRoles,
    why: "App role assignments are objects. Mapped directly they arrive as JSON text; SingleAppRoleAssignment, \
          AppRoleAssignmentsComplex and AssertiveAppRoleAssignmentsComplex make roles of them.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes#provisioning-a-role-to-a-scim-app",
    bad: &[Sample::expression("[appRoleAssignments]")],
    good: &[Sample::expression("SingleAppRoleAssignment([appRoleAssignments])")],
    check: Check::Expression(unparsed_roles),
};

fn unparsed_roles(view: &Expression<'_>, found: &mut Vec<Diagnostic>) {
    let is_roles = |expr: &Expr| attribute(expr).is_some_and(|name| name.eq_ignore_ascii_case("appRoleAssignments"));
    let mut report = |expr: &Expr| {
        found.push(Diagnostic::new(Code::UnparsedRoles, expr.span, format!("{expr} flows as JSON text")).help(
            "write SingleAppRoleAssignment([appRoleAssignments]), or AssertiveAppRoleAssignmentsComplex for several",
        ));
    };
    if is_roles(bare(view.tree)) {
        report(view.tree);
    }
    view.calls(|_, call, name| {
        let reads = name.contains("AppRoleAssignment") || name.starts_with("Is") || name == "Count";
        for roles in arguments(call).filter(|argument| !reads && is_roles(argument)) {
            report(roles);
        }
    });
}

const SWITCH_ON_REFERENCE: Rule = Rule {
    code: Code::SwitchOnReference,
    why: "A reference is resolved to an object of the target; the reference says not to use Switch for attributes such as \
          manager.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data#switch",
    bad: &[Sample::mapping("manager", "Switch([type], , \"employee\", [manager])")],
    good: &[Sample::mapping("manager", "[manager]")],
    check: Check::Mapping(|view, found| {
        let manager = view.fills(&["manager"]) || view.subject.target.to_ascii_lowercase().ends_with(":manager");
        if let Some(tree) = view.tree.filter(|_| manager)
            && mentions(tree, view.compiler, &["Switch"])
        {
            let message = format!("{} is a reference, and Switch gives text", view.subject.target);
            found.push(
                whole(view, Code::SwitchOnReference, message)
                    .help("map the attribute directly, and use a scoping filter"),
            );
        }
    }),
};

const DEFAULT_UNUSED: Rule = Rule {
    code: Code::DefaultUnused,
    why: "The default value takes the place of null. An expression that always has a value never needs it, so one of the \
          two is not what was meant; the empty text is a value as well.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes#understanding-attribute-mapping-properties",
    bad: &[Sample::mapping("country", "Coalesce([country], \"US\")").default_value("AU")],
    good: &[Sample::mapping("country", "[country]").default_value("AU")],
    check: Check::Mapping(|view, found| {
        let (Some(default), Some(tree), Some(expression)) = (&view.subject.default, view.tree, view.expression())
        else {
            return;
        };
        let facts = expression.facts(tree);
        // Not gives True for null, and templates of the vendor have a default beside it all the same.
        if facts.null == Null::Never && !matches!(facts.form, Form::Stops | Form::Boolean) {
            let message = format!("the expression is never null, so the default \"{default}\" is never used");
            found.push(
                whole(view, Code::DefaultUnused, message).help("remove the default, or the constant in the expression"),
            );
        }
    }),
};

const SOFT_DELETED_IGNORED: Rule = Rule {
    code: Code::SoftDeletedIgnored,
    why: "IsSoftDeleted is true for people who are unassigned, out of scope, deleted or disabled. accountEnabled is \
          only the last of these: whoever leaves the scope keeps an active account.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes#what-you-should-know",
    bad: &[Sample::mapping("active", "[accountEnabled]")],
    good: &[Sample::mapping("active", "Switch([IsSoftDeleted], , \"False\", \"True\", \"True\", \"False\")")],
    check: Check::Mapping(|view, found| {
        let Some(tree) = view.tree.filter(|_| view.fills(&["active"])) else { return };
        let reads = |wanted: &str| tree.attributes().iter().any(|name| name.eq_ignore_ascii_case(wanted));
        let outbound = view.subject.source_directory.is_none_or(is_entra);
        if outbound && reads("accountEnabled") && !reads("IsSoftDeleted") {
            let message = "people who leave the scope keep an active account".to_owned();
            found.push(
                whole(view, Code::SoftDeletedIgnored, message)
                    .help("Switch([IsSoftDeleted], , \"False\", \"True\", \"True\", \"False\") covers them"),
            );
        }
    }),
};

const MAIL_ON_UPDATE: Rule = Rule {
    code: Code::MailOnUpdate,
    why: "From Workday, SuccessFactors and the provisioning API the service sets mail in Microsoft Entra ID only while the \
          user is created; updates show in the log and change nothing.",
    basis: Basis::Documented,
    source: HR_UPDATES,
    bad: &[Sample::mapping("mail", "[Email]").between("Workday", "Azure Active Directory")],
    good: &[Sample::mapping("mail", "[Email]").only_on_create().between("Workday", "Azure Active Directory")],
    check: Check::Mapping(|view, found| {
        let hr = view.subject.source_directory.is_some_and(is_hr);
        if hr && view.fills_entra() && view.fills(&["mail"]) && view.subject.apply == Apply::Always {
            let message = "the service does not update mail in Microsoft Entra ID".to_owned();
            found.push(whole(view, Code::MailOnUpdate, message).help("apply the mapping only during object creation"));
        }
    }),
};

const UNAVAILABLE_SOURCE: Rule = Rule {
    code: Code::UnavailableSource,
    why: "The service offers neither sAMAccountName nor userType of Microsoft Entra ID as a source: nothing flows. A \
          directory extension can hold the same.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/known-issues#attribute-samaccountname-or-usertype-not-available-as-a-source-attribute",
    bad: &[
        Sample::mapping("userType", "[userType]").between("Azure Active Directory", "customappsso"),
        Sample::mapping("kind", "[userType]").between("Microsoft Entra ID", "customappsso"),
    ],
    good: &[
        Sample::mapping("userType", "[extension_0a1b2c_userType]").between("Azure Active Directory", "customappsso"),
        Sample::mapping("userName", "[sAMAccountName]").between("Active Directory", "customappsso"),
        Sample::mapping("login", "[sAMAccountName]").between("Central AD", "customappsso"),
    ],
    check: Check::Mapping(|view, found| {
        const UNAVAILABLE: [&str; 2] = ["sAMAccountName", "userType"];
        let Some(tree) = view.tree.filter(|_| view.subject.source_directory.is_some_and(is_entra)) else { return };
        tree.walk(&mut |expr| {
            let Some(name) = attribute(expr).filter(|_| matches!(expr.node, Node::Attribute(_))) else { return };
            if UNAVAILABLE.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                let message = format!("the service does not offer [{name}] as a source");
                found.push(
                    Diagnostic::new(Code::UnavailableSource, expr.span, message)
                        .help("hold it in a directory extension, and map that"),
                );
            }
        });
    }),
};

const PHOTO_UNSUPPORTED: Rule = Rule {
    code: Code::PhotoUnsupported,
    why: "Provisioning a photo to an application is not supported: the format to send it in cannot be said.",
    basis: Basis::Documented,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes#what-you-should-know",
    bad: &[Sample::mapping("photos[type eq \"photo\"].value", "[thumbnailPhoto]")
        .between("Azure Active Directory", "customappsso")],
    good: &[Sample::mapping("thumbnailPhoto", "[thumbnailPhoto]").between("Active Directory", "Azure Active Directory")],
    check: Check::Mapping(|view, found| {
        let target = view.subject.target.split(['[', '.']).next().unwrap_or_default();
        let photo =
            ["photo", "photos", "thumbnailPhoto", "jpegPhoto"].iter().any(|name| name.eq_ignore_ascii_case(target));
        if photo && view.subject.source_directory.is_some_and(is_entra) {
            let message = "the service does not provision photos".to_owned();
            found.push(whole(view, Code::PhotoUnsupported, message).help("remove the mapping"));
        }
    }),
};
