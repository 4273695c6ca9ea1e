//! Functions of app role assignments.

use super::{Body, Call, Example, Function, Kind, Names, Page, Parameter, Purity, Returns, Rule, Stop};
use crate::diagnostic::Code;
use crate::value::{self, Field, Value, read_json};
use bumpalo::collections::Vec as ArenaVec;

pub(super) static FUNCTIONS: &[Function] = &[
    APP_ROLE_ASSIGNMENTS,
    APP_ROLE_ASSIGNMENTS_COMPLEX,
    ASSERTIVE_APP_ROLE_ASSIGNMENTS_COMPLEX,
    SINGLE_APP_ROLE_ASSIGNMENT,
];

const PARAMETERS: &[Parameter] =
    &[Parameter::new("appRoleAssignments", Kind::Any, "The attribute [appRoleAssignments].").keyed("source")];

const INPUT: Rule = Rule::inferred(
    "The input is an object, a list of them, or text that holds them as JSON, each with id, value and displayName.",
);
const NULL: Rule = Rule::inferred("A null or empty input gives null.");

const ADMIN: &[(&str, &str)] =
    &[("appRoleAssignments", "{\"id\":\"06b07648\",\"value\":\"Admin\",\"displayName\":\"Administrator\"}")];
const TWO: &[(&str, &str)] = &[(
    "appRoleAssignments",
    "[{\"id\":\"1\",\"value\":\"Admin\",\"displayName\":\"Administrator\"},{\"id\":\"2\",\"value\":\"User\",\"displayName\":\"User\"}]",
)];
const SCIM: &[&str] = &[
    "{\"primary\":false,\"type\":\"WindowsAzureActiveDirectoryRole\",\"display\":\"Administrator\",\"value\":\"Admin\"}",
    "{\"primary\":false,\"type\":\"WindowsAzureActiveDirectoryRole\",\"display\":\"User\",\"value\":\"User\"}",
];

const SINGLE_APP_ROLE_ASSIGNMENT: Function = Function {
    names: Names { provisioning: "SingleAppRoleAssignment" },
    page: Page::Provisioning,
    summary: "Gives the name of the one app role that is assigned.",
    parameters: PARAMETERS,
    returns: Kind::Text,
    rules: &[
        Rule::documented("It makes the assignment a single role name; several roles are not supported."),
        Rule::inferred("The name is the role's value, or its displayName where it has no value."),
        Rule::inferred(
            "More than one role is an error: the cloud sync reference calls what is given then unpredictable.",
        ),
        INPUT,
        NULL,
    ],
    examples: &[
        Example::text("SingleAppRoleAssignment([appRoleAssignments])", "Admin").with(ADMIN),
        Example::null("SingleAppRoleAssignment([appRoleAssignments])"),
        Example::null("SingleAppRoleAssignment([appRoleAssignments])").with(&[("appRoleAssignments", "[]")]),
        Example::fails("SingleAppRoleAssignment([appRoleAssignments])", Code::ManyRoles).with(TWO),
        Example::fails("SingleAppRoleAssignment([appRoleAssignments])", Code::NotARole)
            .with(&[("appRoleAssignments", "Admin")]),
        Example::fails("SingleAppRoleAssignment([appRoleAssignments])", Code::NotARole)
            .with(&[("appRoleAssignments", "{\"id\":\"1\"}")]),
    ],
    body: Body::Eager(|call| match roles(call)? {
        [] => Ok(Value::Null),
        [role] => Ok(Value::Text(role.value)),
        several => {
            let message = format_args!(
                "{} app roles are assigned, and one is wanted; AppRoleAssignmentsComplex takes several",
                several.len()
            );
            Err(call.fault_at(0, Code::ManyRoles, message))
        }
    }),
    ..Function::NEW
};

const APP_ROLE_ASSIGNMENTS: Function = Function {
    names: Names { provisioning: "AppRoleAssignments" },
    page: Page::Graph,
    summary: "Gives the names of all app roles that are assigned.",
    parameters: PARAMETERS,
    returns: Kind::List,
    rules: &[
        Rule::evident("The function list of Microsoft Graph has it; the reference does not."),
        Rule::inferred("A name is the role's value, or its displayName where it has no value."),
        INPUT,
        NULL,
    ],
    examples: &[
        Example::list("AppRoleAssignments([appRoleAssignments])", &["Admin", "User"]).with(TWO),
        Example::list("AppRoleAssignments([appRoleAssignments])", &["Admin"]).with(ADMIN),
        Example::null("AppRoleAssignments([appRoleAssignments])"),
        Example::fails("AppRoleAssignments([appRoleAssignments])", Code::NotARole).with(&[("appRoleAssignments", "7")]),
    ],
    body: Body::Eager(|call| match roles(call)? {
        [] => Ok(Value::Null),
        roles => Ok(Value::Multi(call.arena().alloc_slice_fill_iter(roles.iter().map(|role| Value::Text(role.value))))),
    }),
    ..Function::NEW
};

const APP_ROLE_ASSIGNMENTS_COMPLEX: Function = Function {
    names: Names { provisioning: "AppRoleAssignmentsComplex" },
    page: Page::Provisioning,
    summary: "Gives all app roles that are assigned, as SCIM role objects.",
    parameters: PARAMETERS,
    returns: Kind::List,
    rules: &[
        Rule::documented("No role is primary; the type is WindowsAzureActiveDirectoryRole; the id is left out."),
        Rule::documented("The roles are added to those that the target has."),
        Rule::evident(
            "The fields are primary, type, display and value: the vendor's pages have display and displayName; SCIM has display.",
        ),
        INPUT,
        NULL,
    ],
    examples: &[
        Example::list("AppRoleAssignmentsComplex([appRoleAssignments])", SCIM).with(TWO),
        Example::integer("Count(AppRoleAssignmentsComplex([appRoleAssignments]))", 1).with(ADMIN),
        Example::null("AppRoleAssignmentsComplex([appRoleAssignments])"),
        Example::fails("AppRoleAssignmentsComplex([appRoleAssignments])", Code::NotARole)
            .with(&[("appRoleAssignments", "Admin")]),
    ],
    body: Body::Eager(complex),
    ..Function::NEW
};

const ASSERTIVE_APP_ROLE_ASSIGNMENTS_COMPLEX: Function = Function {
    names: Names { provisioning: "AssertiveAppRoleAssignmentsComplex" },
    page: Page::Attributes,
    summary: "Gives all app roles that are assigned, as SCIM role objects that replace those of the target.",
    parameters: PARAMETERS,
    returns: Kind::List,
    rules: &[
        Rule::documented("No role is primary; the type is WindowsAzureActiveDirectoryRole; the id is left out."),
        Rule::documented("The roles replace those that the target has, so that roles taken away go there, too."),
        INPUT,
        NULL,
    ],
    examples: &[
        Example::list("AssertiveAppRoleAssignmentsComplex([appRoleAssignments])", SCIM).with(TWO),
        Example::null("AssertiveAppRoleAssignmentsComplex([appRoleAssignments])"),
        Example::fails("AssertiveAppRoleAssignmentsComplex([appRoleAssignments])", Code::NotARole)
            .with(&[("appRoleAssignments", "{\"value\":")]),
    ],
    // Never folded: the mark is made on every record.
    purity: Purity::Marks,
    body: Body::Eager(|call| {
        call.context().assert_values();
        complex(call)
    }),
    ..Function::NEW
};

fn complex<'a>(call: &Call<'_, 'a>) -> Returns<'a> {
    let roles = roles(call)?;
    if roles.is_empty() {
        return Ok(Value::Null);
    }
    let objects = roles.iter().map(|role| {
        Value::Complex(call.arena().alloc([
            Field { name: "primary", value: Value::Boolean(false) },
            Field { name: "type", value: Value::Text("WindowsAzureActiveDirectoryRole") },
            Field { name: "display", value: Value::Text(role.display) },
            Field { name: "value", value: Value::Text(role.value) },
        ]))
    });
    Ok(Value::Multi(call.arena().alloc_slice_fill_iter(objects)))
}

/// What of an assignment is used.
#[derive(Debug, Clone, Copy)]
struct Role<'a> {
    value: &'a str,
    display: &'a str,
}

/// The roles of the only argument.
fn roles<'a>(call: &Call<'_, 'a>) -> Result<&'a [Role<'a>], Stop<'a>> {
    let mut roles = ArenaVec::new_in(call.arena());
    match call.value(0) {
        Value::Multi(values) => values.iter().try_for_each(|value| add(call, *value, &mut roles))?,
        single => add(call, single, &mut roles)?,
    }
    Ok(roles.into_bump_slice())
}

/// Adds the role or roles of a value.
fn add<'a>(call: &Call<'_, 'a>, value: Value<'a>, roles: &mut ArenaVec<'a, Role<'a>>) -> Result<(), Stop<'a>> {
    match value {
        Value::Complex(fields) => {
            roles.push(role(call, fields)?);
            Ok(())
        }
        text if text.is_null_or_empty() => Ok(()),
        Value::Text(text) => {
            let read = read_json(text, call.arena())
                .map_err(|error| wrong(call, format_args!("its text is not JSON: {error}")))?;
            match read {
                Value::Complex(fields) => {
                    roles.push(role(call, fields)?);
                    Ok(())
                }
                Value::Multi(values) => values.iter().try_for_each(|value| match value {
                    Value::Complex(fields) => {
                        roles.push(role(call, fields)?);
                        Ok(())
                    }
                    _ => Err(wrong(call, format_args!("the JSON list holds something else than objects"))),
                }),
                Value::Null => Ok(()),
                _ => Err(wrong(call, format_args!("its JSON is neither an object nor a list"))),
            }
        }
        other => Err(wrong(call, format_args!("it is of the kind {}", other.kind()))),
    }
}

fn wrong<'a>(call: &Call<'_, 'a>, why: std::fmt::Arguments<'_>) -> Stop<'a> {
    call.fault_at(0, Code::NotARole, format_args!("the value is not an app role assignment: {why}"))
}

fn role<'a>(call: &Call<'_, 'a>, fields: &'a [Field<'a>]) -> Result<Role<'a>, Stop<'a>> {
    let text = |name: &str| {
        let field = fields.iter().find(|field| field.name == name)?;
        let text = value::to_text(field.value, call.arena());
        (!text.is_empty()).then_some(text)
    };
    match (text("value"), text("displayName")) {
        (Some(value), display) => Ok(Role { value, display: display.unwrap_or(value) }),
        (None, Some(display)) => Ok(Role { value: display, display }),
        (None, None) => Err(wrong(call, format_args!("it has neither value nor displayName"))),
    }
}
