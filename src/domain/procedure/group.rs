//! Which notices are one procurement.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::domain::ids::NoticeId;
use crate::domain::notice::Notice;

/// A notice as far as its place among others matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeNode {
    /// The notice.
    pub id: NoticeId,
    /// Its BT-04.
    pub folder: Option<Uuid>,
    /// The notice it continues, known or not.
    pub parent: Option<NoticeId>,
}

impl From<&Notice> for NoticeNode {
    fn from(notice: &Notice) -> Self {
        Self { id: notice.id(), folder: notice.folder, parent: notice.parent() }
    }
}

/// Two notices that belong to one procurement although no identifier says so
/// ([`linkage`](crate::domain::linkage)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoticeJoin {
    /// The notice that continues or repeats.
    pub from: NoticeId,
    /// The one that it continues or repeats.
    pub to: NoticeId,
    /// Whether it is the same notice in another source.
    pub is_repeat: bool,
}

/// Parts notices into procurements: the same BT-04 joins, and so does a link, unless both notices
/// have a BT-04 and they differ. Wrong merges are worse than missing ones.
pub fn group(nodes: &[NoticeNode], joins: &[NoticeJoin]) -> Vec<Vec<NoticeId>> {
    let by_id: BTreeMap<NoticeId, &NoticeNode> = nodes.iter().map(|node| (node.id, node)).collect();
    let mut leader: BTreeMap<Uuid, Uuid> = BTreeMap::new();
    for node in by_id.values() {
        let own = node.id.uuid();
        leader.entry(own).or_insert(own);
        if let Some(folder) = node.folder {
            join(&mut leader, own, folder);
        }
    }
    let parents = by_id.values().filter_map(|node| Some((node.id, node.parent?)));
    let joined = joins.iter().map(|join| (join.from, join.to));
    for (one, other) in parents.chain(joined) {
        let folder = |id: NoticeId| by_id.get(&id).and_then(|node| node.folder);
        match (folder(one), folder(other)) {
            (Some(folder), Some(other)) if folder != other => {}
            _ => join(&mut leader, one.uuid(), other.uuid()),
        }
    }
    let mut groups: BTreeMap<Uuid, Vec<NoticeId>> = BTreeMap::new();
    for id in by_id.keys() {
        let lead = find(&mut leader, id.uuid());
        groups.entry(lead).or_default().push(*id);
    }
    groups.into_values().collect()
}

fn find(leader: &mut BTreeMap<Uuid, Uuid>, mut of: Uuid) -> Uuid {
    while let Some(&next) = leader.get(&of) {
        if next == of {
            break;
        }
        // Halve the path, so that long chains of corrections stay cheap.
        let after = leader.get(&next).copied().unwrap_or(next);
        leader.insert(of, after);
        of = next;
    }
    of
}

fn join(leader: &mut BTreeMap<Uuid, Uuid>, a: Uuid, b: Uuid) {
    leader.entry(a).or_insert(a);
    leader.entry(b).or_insert(b);
    let (a, b) = (find(leader, a), find(leader, b));
    leader.insert(a.max(b), a.min(b));
}
