//! The report for a terminal.

use super::kind::Severity;
use super::report::{Report, objects};
use crate::cli::output::{Output, OutputError};
use crate::cli::render::{Painter, Shown, visible};

pub(super) fn write(report: &Report, out: &mut Output, painter: Painter, shown: &Shown) -> Result<(), OutputError> {
    let verdict = painter.bold(&report.verdict());
    out.line(format_args!("{verdict}  {}", painter.dim(&visible(&format!("{} → {}", report.old, report.new)))))?;
    for line in report.scopes().into_iter().chain((report.unreadable > 0).then(|| report.gap())) {
        out.line(line)?;
    }
    if !report.edits.list.is_empty() {
        out.line("")?;
        out.line(painter.bold("Edits"))?;
    }
    for edit in &report.edits.list {
        let touched = report.touched(edit.reach).map_or_else(String::new, |count| format!("  {}", objects(count)));
        let place = edit.place();
        let lines = if place.is_empty() { place } else { format!("  line {place}") };
        let subject = painter.bold(&visible(&edit.subject));
        out.line(format_args!("  {subject}  {}{touched}{}", edit.property, painter.dim(&lines)))?;
        let [before, after] = edit.shown();
        for line in before.iter().flat_map(|text| text.lines()) {
            out.line(format_args!("    {}", painter.bad(&format!("- {}", visible(line)))))?;
        }
        for line in after.iter().flat_map(|text| text.lines()) {
            out.line(format_args!("    {}", painter.good(&format!("+ {}", visible(line)))))?;
        }
    }
    if !report.groups.is_empty() {
        out.line("")?;
        out.line(painter.bold("Differences, the worst first"))?;
    }
    for group in &report.groups {
        let word = format!("{:<6}", group.severity().word());
        let word = match group.severity() {
            Severity::Severe | Severity::High => painter.bad(&word),
            Severity::Medium => painter.bold(&word),
            Severity::Low => painter.dim(&word),
        };
        let subject = painter.bold(&visible(report.subject(group.place)));
        out.line(format_args!("  {word} {subject}  {}  {}", group.title(), objects(group.objects)))?;
        if let Some(note) = report.note(group) {
            out.line(format_args!("         {}", painter.dim(note)))?;
        }
        for sample in &group.samples {
            let (before, after) = (sample.before.text(shown), sample.after.text(shown));
            let times = if sample.objects > 1 { format!("  ×{}", sample.objects) } else { String::new() };
            out.line(format_args!(
                "         {} {} {}{times}  {}",
                painter.dim(&before),
                painter.dim("→"),
                painter.good(&after),
                painter.dim(&sample.who(shown)),
            ))?;
        }
        if group.others() > 0 && !group.samples.is_empty() {
            out.line(painter.dim(&format!("         and {} more", group.others())))?;
        }
    }
    Ok(())
}
