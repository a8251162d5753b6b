//! What a step of the procedure is called in process mining: the rule, and where it led.

/// `D-04 dossier:submitted` for a step that moved the dossier or the waiver on, `D-02` for one that did not.
#[must_use]
pub fn activity<'a>(rule: &str, to: impl IntoIterator<Item = &'a str>) -> String {
    let mut name = rule.to_owned();
    for state in to {
        if state.starts_with("dossier:") || state.starts_with("waiver:") {
            name.push(' ');
            name.push_str(state);
        }
    }
    name
}
