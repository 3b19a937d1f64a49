//! Places.

use async_graphql::SimpleObject;

use super::code::Code;
use super::enums::PlaceBasis;
use crate::domain::gazetteer;
use crate::domain::place;
use crate::domain::procedure::LotPlace;

/// A place, with what it says: where a contract is carried out, or only where the buyer sits.
#[derive(SimpleObject, Clone, Debug)]
pub struct Place {
    /// What the place says; nothing for an address.
    pub basis: Option<PlaceBasis>,
    /// The place in the notice's own words, for example a street.
    pub text: Option<String>,
    /// City as published.
    pub city: Option<String>,
    /// Postal code as published.
    pub postal_code: Option<String>,
    /// Commune by INSEE code, when city and postal code leave one only.
    pub commune: Option<Code>,
    /// Department, from the postal code, else the commune, else the NUTS code.
    pub department: Option<Code>,
    /// NUTS code as published (BT-5071); it can be wrong.
    pub nuts: Option<Code>,
    /// Country as published, ISO 3166-1 alpha-3.
    pub country: Option<String>,
    /// Degrees north of the commune's point: good to some kilometres.
    pub latitude: Option<f64>,
    /// Degrees east of the commune's point: good to some kilometres.
    pub longitude: Option<f64>,
}

impl From<&place::Place> for Place {
    fn from(place: &place::Place) -> Self {
        let commune = place.commune.as_deref().and_then(gazetteer::find_by_insee);
        let point = place.point();
        Self {
            basis: None,
            text: place.text.clone(),
            city: place.city.clone(),
            postal_code: place.postal_code.clone(),
            commune: commune.map(|commune| Code {
                code: commune.insee.to_owned(),
                label: Some(commune.name.to_owned()),
            }),
            department: place.department.as_ref().map(Code::from),
            nuts: place.nuts.as_ref().map(Code::from),
            country: place.country.clone(),
            latitude: point.map(|point| point.latitude),
            longitude: point.map(|point| point.longitude),
        }
    }
}

impl From<&LotPlace> for Place {
    fn from(located: &LotPlace) -> Self {
        let mut place = Self::from(&located.place);
        place.basis = Some(located.basis.into());
        place
    }
}
