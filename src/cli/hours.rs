//! `passerelle hours`: how many hours of insertion a contract can bear.

use clap::Args;

use super::output;
use super::values::{euros, per_cent};
use crate::domain::cpv::Cpv;
use crate::export::labels;
use crate::rules::hours::{self, BasisPoints, HoursPlan, HoursRequest};

/// Arguments of `hours`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Amount of the contract in euros, excluding tax, for example 1000000.
    #[arg(value_parser = euros)]
    amount: i64,
    /// Trade, which gives the labour share: peinture, maçonnerie, charpente métallique.
    #[arg(long)]
    trade: Option<String>,
    /// CPV code, for the trade where none is named.
    #[arg(long, value_name = "CODE", value_parser = Cpv::parse)]
    cpv: Option<Cpv>,
    /// Part of the amount that is labour, in per cent.
    #[arg(long, value_name = "PERCENT", value_parser = per_cent)]
    labour_share: Option<BasisPoints>,
    /// Part of the labour that the clause asks for, in per cent; usually 5 to 10.
    #[arg(long, value_name = "PERCENT", value_parser = per_cent)]
    effort: Option<BasisPoints>,
    /// Cost of an hour in euros; usually 25 to 30.
    #[arg(long, value_name = "EUROS", value_parser = euros)]
    hourly_cost: Option<i64>,
    /// Duration of the contract in months, for the number of people.
    #[arg(long, value_name = "MONTHS")]
    duration_months: Option<u32>,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs `hours`.
///
/// # Errors
/// When a value has no sense, or the labour share is neither given nor known.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let plan = hours::plan(&HoursRequest {
        amount: arguments.amount,
        trade: arguments.trade.clone(),
        cpv: arguments.cpv.clone(),
        labour_share: arguments.labour_share,
        effort: arguments.effort,
        hourly_cost: arguments.hourly_cost,
        duration_months: arguments.duration_months,
    })?;
    if arguments.json {
        return output::print(&(serde_json::to_string(&plan)? + "\n"));
    }
    output::print(&text(&plan))
}

/// The plan for people, in French.
fn text(plan: &HoursPlan) -> String {
    let mut text = format!("{}\n", plan.formula);
    text.push_str(&format!("  fourchette usuelle : {} à {} h\n", plan.low, plan.high));
    text.push_str(&format!("  soit {} mois à temps plein", plan.full_time_months));
    if let Some(people) = plan.full_time_people {
        text.push_str(&format!(", ou {people} personne(s) à temps plein sur la durée"));
    }
    text.push('\n');
    for parameter in &plan.parameters {
        let usual = parameter.usual.as_ref().map(|usual| format!(", usuel {usual}"));
        text.push_str(&format!(
            "  {} : {} ({}{})\n",
            parameter.name,
            parameter.value,
            parameter.source,
            usual.unwrap_or_default()
        ));
    }
    for way in plan.supply_ways {
        let suppliers: Vec<&str> =
            way.suppliers.iter().map(|kind| labels::supplier(*kind)).collect();
        let suppliers = if suppliers.is_empty() {
            String::new()
        } else {
            format!(" ({})", suppliers.join(", "))
        };
        text.push_str(&format!("  heures : {}{suppliers}\n", way.text));
    }
    text
}
