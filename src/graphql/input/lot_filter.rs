//! Which lots are wanted.

use async_graphql::{ID, InputObject, Result};
use chrono::Utc;

use crate::domain::cpv::CpvPrefix;
use crate::domain::gazetteer;
use crate::domain::ids::OrganisationId;
use crate::domain::place::{Department, Nuts, Point};
use crate::graphql::error::{Code, bad_argument, user};
use crate::graphql::node_id::NodeId;
use crate::graphql::types::enums::{Confidence, FindingKind, Source, SupplierKind};
use crate::graphql::types::scalars::{Date, DateTime};
use crate::store::full_text::TextQuery;
use crate::store::lot_filter::{LotFilter, Near};

/// A circle on the map. Give `commune`, or `latitude` and `longitude`.
#[derive(InputObject, Clone, Debug)]
pub struct NearInput {
    /// Degrees north of the centre, for example 43.611.
    pub latitude: Option<f64>,
    /// Degrees east of the centre, for example 3.877.
    pub longitude: Option<f64>,
    /// A commune as the centre: INSEE code or name, for example `34172` or `Montpellier`.
    pub commune: Option<String>,
    /// Radius in kilometres, more than 0 and at most 1000. Points of communes are good to some
    /// kilometres.
    pub radius_km: f64,
}

/// A range of amounts, in euros excluding tax, bounds included.
#[derive(InputObject, Clone, Debug)]
pub struct MoneyRange {
    /// At least, for example 40000.
    pub from: Option<f64>,
    /// At most.
    pub to: Option<f64>,
    /// Whether lots without an estimated value pass too. Many lots have none.
    #[graphql(default = false)]
    pub include_unknown: bool,
}

/// A range of instants, bounds included.
#[derive(InputObject, Clone, Debug)]
pub struct DateTimeRange {
    /// At or after, for example `2026-11-23T00:00:00Z`.
    pub from: Option<DateTime>,
    /// Before or at.
    pub to: Option<DateTime>,
}

/// A range of days, bounds included.
#[derive(InputObject, Clone, Debug)]
pub struct DateRange {
    /// The first day, for example `2026-09-01`.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

/// Which lots are wanted. Fields add up; the values of a list are alternatives. An empty list asks
/// for nothing, like no list at all.
#[derive(InputObject, Clone, Debug, Default)]
#[graphql(name = "LotFilter")]
pub struct LotFilterInput {
    /// Words that all stand in the lot or its notice: titles, descriptions, buyer. Accents, case
    /// and plurals do not matter; `nettoy*` finds words that begin so.
    pub text: Option<String>,
    /// A finding of any of these kinds.
    pub kinds: Option<Vec<FindingKind>>,
    /// Lots that any of these suppliers may answer or supply hours to, unknown verdicts included.
    pub eligible_for: Option<Vec<SupplierKind>>,
    /// CPV branches: `9091` holds `90911200`. Lots without CPV (BOAMP's MAPA) never pass.
    pub cpv: Option<Vec<String>>,
    /// Departments by INSEE code, for example `34`, `2A`, `971`.
    pub departments: Option<Vec<String>>,
    /// NUTS codes of any level, for example `FRJ13` or `FRJ`.
    pub nuts: Option<Vec<String>>,
    /// Communes by INSEE code or name, for example `34172` or `Montpellier`.
    pub communes: Option<Vec<String>>,
    /// A circle on the map.
    pub near: Option<NearInput>,
    /// Buyers by global id.
    pub buyers: Option<Vec<ID>>,
    /// Sources.
    pub sources: Option<Vec<Source>>,
    /// Estimated value.
    pub amount: Option<MoneyRange>,
    /// Deadline to answer. Lots without a known deadline never pass.
    pub deadline: Option<DateTimeRange>,
    /// Day of first publication.
    pub published: Option<DateRange>,
    /// Lots that can be answered at this instant. Lots whose deadline is not known pass while
    /// their notice is displayed.
    pub open_at: Option<DateTime>,
    /// Only lots that can be answered now, by the server's clock.
    #[graphql(default)]
    pub is_open: bool,
    /// Findings at least this sure.
    pub min_confidence: Option<Confidence>,
}

impl LotFilterInput {
    /// The filter of the store; `now` is what `is_open` goes by.
    ///
    /// # Errors
    /// With the first value that is not in its list or has no sense.
    pub fn check(self, now: chrono::DateTime<Utc>) -> Result<LotFilter> {
        let amount =
            self.amount.unwrap_or(MoneyRange { from: None, to: None, include_unknown: false });
        let deadline = self.deadline.unwrap_or(DateTimeRange { from: None, to: None });
        let published = self.published.unwrap_or(DateRange { from: None, to: None });
        ordered("amount", amount.from, amount.to)?;
        ordered("deadline", deadline.from, deadline.to)?;
        ordered("published", published.from, published.to)?;
        Ok(LotFilter {
            text: self.text.map(|text| words(&text)).transpose()?,
            kinds: all(self.kinds),
            min_confidence: self.min_confidence.map(Into::into),
            eligible_for: all(self.eligible_for),
            cpv: each("cpv", self.cpv, branch)?,
            departments: each("departments", self.departments, department)?,
            nuts: each("nuts", self.nuts, region)?,
            communes: each("communes", self.communes, commune)?,
            near: self.near.map(|near| circle(&near)).transpose()?,
            buyers: each("buyers", self.buyers, buyer)?,
            sources: all(self.sources),
            amount_from: cents("amount.from", amount.from)?,
            amount_to: cents("amount.to", amount.to)?,
            include_unknown_amounts: amount.include_unknown,
            deadline_from: deadline.from.map(|from| from.0),
            deadline_to: deadline.to.map(|to| to.0),
            published_from: published.from.map(|from| from.0),
            published_to: published.to.map(|to| to.0),
            open_at: self.open_at.map(|at| at.0).or_else(|| self.is_open.then_some(now)),
            ..LotFilter::default()
        })
    }
}

/// Each value of an enumeration once.
pub(crate) fn all<T: Into<U>, U: PartialEq>(values: Option<Vec<T>>) -> Vec<U> {
    let mut all = Vec::new();
    for value in values.unwrap_or_default() {
        let value = value.into();
        if !all.contains(&value) {
            all.push(value);
        }
    }
    all
}

/// Values that one list of a filter may hold: databases take statements of a bounded size.
const MOST_VALUES: usize = 100;

/// Reads each value of a list.
///
/// # Errors
/// With the first value that cannot be read, or when there are too many.
pub(crate) fn each<V: AsRef<str>, T>(
    name: &str,
    values: Option<Vec<V>>,
    read: impl Fn(&str) -> Result<Vec<T>>,
) -> Result<Vec<T>> {
    let values = values.unwrap_or_default();
    if values.len() > MOST_VALUES {
        return Err(bad_argument(format!(
            "`{name}` holds {} values; it may hold {MOST_VALUES}: ask several times",
            values.len()
        )));
    }
    let mut found = Vec::new();
    for value in values {
        found.extend(read(value.as_ref().trim())?);
    }
    Ok(found)
}

/// Refuses a range that is turned round.
pub(crate) fn ordered<T: PartialOrd>(name: &str, from: Option<T>, to: Option<T>) -> Result<()> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => {
            Err(bad_argument(format!("`{name}`: `from` is after `to`; exchange them")))
        }
        _ => Ok(()),
    }
}

fn words(text: &str) -> Result<TextQuery> {
    TextQuery::parse(text).map_err(|error| bad_argument(format!("`text` holds {error}")))
}

/// A branch of the CPV tree.
pub(crate) fn branch(text: &str) -> Result<Vec<CpvPrefix>> {
    let prefix = CpvPrefix::parse(text).map_err(|_| {
        let example = "give 2 to 8 digits, for example 9091";
        user(Code::UnknownCode, format!("`{}` is not a CPV branch; {example}", shown(text)))
    })?;
    Ok(vec![prefix])
}

/// A department by code.
pub(crate) fn department(text: &str) -> Result<Vec<Department>> {
    let department = Department::parse(text).ok_or_else(|| {
        let example =
            "use its INSEE code, for example 34, 2A or 971; `codes(list: DEPARTMENT)` lists them";
        user(Code::UnknownCode, format!("`{}` is not a department; {example}", shown(text)))
    })?;
    Ok(vec![department])
}

fn region(text: &str) -> Result<Vec<Nuts>> {
    let nuts = Nuts::parse(text).ok_or_else(|| {
        let example = "use a code such as FRJ13; `codes(list: NUTS)` lists the French ones";
        user(Code::UnknownCode, format!("`{}` is not a NUTS code; {example}", shown(text)))
    })?;
    Ok(vec![nuts])
}

/// The communes a name or code means: homonyms are all meant, because the filter adds up with the
/// department.
fn commune(text: &str) -> Result<Vec<String>> {
    if let Some(commune) = gazetteer::find_by_insee(text) {
        return Ok(vec![commune.insee.to_owned()]);
    }
    let named = gazetteer::find_by_name(text);
    if named.is_empty() {
        let example = "use its INSEE code, for example 34172, or its whole name; `codes(list: COMMUNE, search: …)` finds it";
        let message = format!("`{}` is not a commune; {example}", shown(text));
        return Err(user(Code::UnknownCode, message));
    }
    Ok(named.into_iter().map(|commune| commune.insee.to_owned()).collect())
}

fn circle(near: &NearInput) -> Result<Near> {
    if !(near.radius_km > 0.0 && near.radius_km <= 1_000.0) {
        return Err(bad_argument("`near.radiusKm` must be more than 0 and at most 1000"));
    }
    let centre = match (&near.commune, near.latitude, near.longitude) {
        (Some(text), None, None) => centre_of(text)?,
        (None, Some(latitude), Some(longitude)) => {
            let on_earth =
                (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
            if !on_earth {
                return Err(bad_argument(
                    "`near`: latitude goes from -90 to 90, longitude from -180 to 180",
                ));
            }
            Point { latitude, longitude }
        }
        _ => {
            return Err(bad_argument("`near`: give `commune`, or `latitude` and `longitude`"));
        }
    };
    Ok(Near { centre, radius_km: near.radius_km })
}

fn centre_of(text: &str) -> Result<Point> {
    let insee = commune(text)?;
    if let [one] = insee.as_slice() {
        let point = gazetteer::find_by_insee(one).and_then(|commune| commune.point);
        return point.ok_or_else(|| {
            bad_argument(format!(
                "`near.commune`: where `{}` is, is not known; give latitude and longitude",
                shown(text)
            ))
        });
    }
    Err(bad_argument(format!(
        "`near.commune`: {} communes are called `{}` ({}); give the INSEE code",
        insee.len(),
        shown(text),
        insee.join(", ")
    )))
}

/// An organisation by global id.
pub(crate) fn buyer(id: &str) -> Result<Vec<OrganisationId>> {
    match NodeId::parse(id)? {
        NodeId::Organisation(id) => Ok(vec![id]),
        _ => Err(user(Code::BadId, format!("`{}` is not the id of an organisation", shown(id)))),
    }
}

/// An amount in euro cents.
pub(crate) fn cents(name: &str, euros: Option<f64>) -> Result<Option<i64>> {
    let Some(euros) = euros else { return Ok(None) };
    if !(0.0..=1e13).contains(&euros) {
        return Err(bad_argument(format!("`{name}` must be an amount in euros, 0 or more")));
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked to fit")]
    Ok(Some((euros * 100.0).round() as i64))
}

/// What the caller wrote, short enough for a message.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}
