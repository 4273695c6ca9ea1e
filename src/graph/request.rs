//! `parseExpression`: an expression and an object in, the tree and the values out.

use super::{AttributeDefinition, Property, Source};
use crate::compiler::Compiler;
use crate::diagnostic::Severity;
use crate::environment::Environment;
use crate::machine::Machine;
use crate::outcome::Outcome;
use crate::record::{AttributeBag, Schema};
use crate::value::OwnedValue;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The body of a `parseExpression` request of Microsoft Graph.
///
/// ```
/// use attrflow::graph::ParseExpressionRequest;
/// use attrflow::{Compiler, Environment};
/// let request: ParseExpressionRequest = serde_json::from_str(
///     r#"{"expression": "ToUpper([city])",
///         "testInputObject": {"properties": [{"key": "city", "value": "Oslo"}]}}"#,
/// )?;
/// let response = request.answer(&Compiler::new(), Environment::new());
/// assert_eq!(response.evaluation_result, ["OSLO"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParseExpressionRequest {
    /// The expression.
    #[serde(default)]
    pub expression: String,
    /// The attribute that it is for; its type is not applied to the result (evident: the
    /// service's example gives texts).
    #[serde(default, skip_serializing_if = "Property::is_absent")]
    pub target_attribute_definition: Property<AttributeDefinition>,
    /// The object that it is evaluated on.
    #[serde(default, skip_serializing_if = "Property::is_absent")]
    pub test_input_object: Property<ExpressionInputObject>,
}

/// The object that an expression is tried on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ExpressionInputObject {
    /// Its attributes.
    #[serde(default, skip_serializing_if = "Property::is_absent")]
    pub properties: Property<Vec<KeyedValue>>,
    /// What else it holds.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// An attribute of the object.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct KeyedValue {
    /// Its name.
    #[serde(default)]
    pub key: String,
    /// Its value.
    #[serde(default)]
    pub value: Value,
    /// What else there is: the value's type.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The answer to a `parseExpression` request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParseExpressionResponse {
    /// What went wrong.
    pub error: Option<ExpressionError>,
    /// Whether the expression has a result; null is one.
    pub evaluation_succeeded: bool,
    /// The result's values as texts: none where it is null, or leaves the flow.
    pub evaluation_result: Vec<String>,
    /// The expression as a tree.
    pub parsed_expression: Option<Source>,
    /// Whether the expression is one.
    pub parsing_succeeded: bool,
}

/// What went wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpressionError {
    /// The stable code.
    pub code: String,
    /// What is wrong, in one sentence.
    pub message: String,
}

impl ParseExpressionRequest {
    /// Parses and evaluates the expression.
    #[must_use]
    pub fn answer(&self, compiler: &Compiler, environment: Environment) -> ParseExpressionResponse {
        let mut response = ParseExpressionResponse {
            error: None,
            evaluation_succeeded: false,
            evaluation_result: Vec::new(),
            parsed_expression: None,
            parsing_succeeded: false,
        };
        let properties = self.test_input_object.get().map_or(&[][..], |object| object.properties.items());
        let bag: AttributeBag =
            properties.iter().map(|property| (property.key.as_str(), OwnedValue::from(&property.value))).collect();
        // The names of the object go first: one in other case is found, with a warning.
        let compiler = compiler.clone().schema(Schema::open(bag.iter().map(|(name, _)| name)));
        let expression = match compiler.expression(&self.expression) {
            Ok(expression) => expression,
            Err(error) => {
                let first = error.diagnostics().iter().find(|found| found.severity == Severity::Error);
                response.error = first.map(|found| ExpressionError {
                    code: found.code.as_str().to_owned(),
                    message: found.message.clone(),
                });
                return response;
            }
        };
        response.parsing_succeeded = true;
        // A host's function may be called that has no tree of its own.
        response.parsed_expression = Source::from_tree(expression.tree(), &compiler).ok();
        match Machine::with_environment(environment).evaluate(&expression, &bag).into_owned() {
            Ok(outcome) => {
                response.evaluation_succeeded = true;
                response.evaluation_result = match outcome {
                    Outcome::Value(OwnedValue::Multi(values)) => values.iter().map(ToString::to_string).collect(),
                    Outcome::Value(value) => vec![value.to_string()],
                    Outcome::Null | Outcome::Skip | Outcome::SkipObject => Vec::new(),
                };
            }
            Err(error) => {
                response.error = Some(ExpressionError { code: error.code.as_str().to_owned(), message: error.message });
            }
        }
        response
    }
}
