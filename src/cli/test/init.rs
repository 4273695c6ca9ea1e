pub(super) fn run(_: &super::Args, _: &std::path::Path) -> anyhow::Result<super::Status> {
    anyhow::bail!("soon")
}
