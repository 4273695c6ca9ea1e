//! Offsets from UTC and fractions of a second in free parsing.

use super::calendar::TICKS_PER_SECOND;
use super::scan::Scan;
use super::value::offset_ticks;

/// Takes an offset, `+8`, `+08`, `+8:00`, `+800` or `+0800`; gives ticks ahead of UTC.
///
/// Where it is no offset, part of it may have been taken.
pub(crate) fn take_offset(scan: &mut Scan<'_>) -> Option<i64> {
    let behind = scan.take(&['+', '-'])? == '-';
    let (hours, minutes) = match scan.take_number() {
        (both, 3 | 4) => (both / 100, both % 100),
        (hours, 1 | 2) if scan.take(&[':']).is_some() => match scan.take_number() {
            (minutes, 1 | 2) => (hours, minutes),
            _ => return None,
        },
        (hours, 1 | 2) => (hours, 0),
        _ => return None,
    };
    (minutes < 60).then(|| offset_ticks(hours, minutes, behind))
}

/// Takes the digits behind a decimal mark, if there are any; gives ticks, halves to the even one.
///
/// .NET sums up the digits in a double, whose small errors can be seen in the last tick.
pub(crate) fn take_fraction(scan: &mut Scan<'_>) -> Option<i64> {
    let mut weight = 0.1;
    let mut sum = f64::from(scan.take_digit()?) * weight;
    while let Some(digit) = scan.take_digit() {
        weight *= 0.1;
        sum += f64::from(digit) * weight;
    }
    Some((sum * TICKS_PER_SECOND as f64).round_ties_even() as i64)
}
