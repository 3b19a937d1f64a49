//! Coded fields: what the boxes of the forms say. One field a file.

pub(crate) mod approch;
pub(crate) mod bt71;
pub(crate) mod bt736;
pub(crate) mod bt775;
pub(crate) mod dsp;
pub(crate) mod fns;
pub(crate) mod legacy;
pub(crate) mod silent;
pub(crate) mod ted;

#[cfg(test)]
pub(crate) mod cases {
    //! What each coded rule makes of single values.

    use crate::domain::coded::{Coded, CodedField};
    use crate::domain::finding::FindingKind;
    use crate::domain::notice::{FormType, Notice};
    use crate::domain::source::Source;
    use crate::rules::rule::{Facts, Rule, Ruling, TickSays};

    /// What a rule says of one value; nothing when the field is not the rule's.
    pub(crate) fn says(rule: &dyn Rule, field: CodedField, value: &str) -> Option<TickSays> {
        let notice = Notice::new(Source::Ted, "1", FormType::Competition);
        let coded = [Coded { field, value: value.to_owned(), path: "a/b".to_owned() }];
        let mut rulings = rule.evaluate(&Facts::coded(&notice, &coded));
        assert!(rulings.len() <= 1);
        rulings.pop().map(|ruling| match ruling {
            Ruling::Tick(tick) => {
                assert_eq!(tick.rule, rule.info().id);
                assert_eq!(tick.evidence.quote, value);
                tick.says
            }
            other => panic!("a coded rule made {other:?}"),
        })
    }

    /// Whether a value states this kind.
    pub(crate) fn states(rule: &dyn Rule, field: CodedField, value: &str, kind: FindingKind) {
        assert_eq!(says(rule, field, value), Some(TickSays::States(kind)), "{value}");
    }

    /// Whether the rule says that it cannot tell.
    pub(crate) fn is_unknown(rule: &dyn Rule, field: CodedField, value: &str) {
        assert!(matches!(says(rule, field, value), Some(TickSays::Unknown(_))), "{value}");
    }
}
