//! .NET's conversions between text and truth values, numbers and GUIDs, under
//! the invariant culture.
//!
//! Sources: the API pages of `System.Convert`, `System.Boolean.Parse`,
//! `System.Globalization.NumberStyles`, `System.Guid.Parse`, "Standard numeric
//! format strings", "Custom numeric format strings" and Visual Basic's "Type
//! conversion functions", and values recorded from .NET 8.
//!
//! ```
//! use attrflow::dotnet::scalar;
//!
//! assert_eq!(scalar::bool_parse(" TRUE "), Ok(true));
//! assert_eq!(scalar::to_int32(" 42 "), Ok(42));
//! assert_eq!(scalar::vb_cint("2.5"), Ok(2)); // rounds half to even
//! assert_eq!(scalar::double_text(0.1 + 0.2), "0.30000000000000004");
//! assert_eq!(scalar::format_double(1234.5, "#,##0.00").as_deref(), Ok("1,234.50"));
//! ```

mod boolean;
mod custom;
mod decimal;
mod digits;
mod format;
mod guid;
mod integer;
mod number_text;
mod real;

pub use boolean::{bool_parse, bool_text, number_to_boolean, to_boolean, vb_cbool};
pub use decimal::Decimal;
pub use format::{
    DoubleFormat, FormatError, Int64Format, double_text, format_double, format_int64, write_double, write_int64,
};
pub use guid::Guid;
pub use integer::{double_to_int32, double_to_int64, to_int32, to_int64, vb_cint, vb_clng};
pub use real::{to_decimal, to_double};

/// Why a conversion failed, by the exception that .NET throws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ScalarError {
    /// The text has not the form of the type (`FormatException`).
    #[error("the text has not the right form")]
    Format,
    /// The value is outside of the type's range (`OverflowException`).
    #[error("the value is out of range")]
    Overflow,
    /// The text is no such value to Visual Basic (`InvalidCastException`).
    #[error("the text cannot be converted")]
    InvalidCast,
    /// A sign before a hexadecimal or octal number (`ArgumentException`).
    #[error("a hexadecimal or octal number cannot have a minus sign")]
    Argument,
}

impl ScalarError {
    /// What Visual Basic makes of a `FormatException`.
    fn for_visual_basic(self) -> Self {
        if self == Self::Format { Self::InvalidCast } else { self }
    }
}
