//! Which rules apply to a part of a line, and why the others do not.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::assess::Missing;
use super::facets::{BuyerIn, Customer, DateBasis, PlaceRule, SellerIn};
use super::line::{TaxFacts, TaxLine};
use super::rule::{NightWindow, StayLength, TaxRule};
use super::segment::Segment;
use super::words::{Code, Region};

/// Why a rule that was looked at did not apply.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mismatch {
    /// It is for other customers.
    Customer,
    /// It is for buyers elsewhere.
    Buyer,
    /// The line lacks this flag.
    Lacks(Code),
    /// The line has all flags it is not for.
    Excluded,
    /// The place of supply, this one, is outside its jurisdiction or the parts it names.
    Place(Region),
    /// It is for sellers elsewhere, as against the place of supply.
    Seller,
    /// It is not in force on this day.
    Day(Date),
    /// It is for stays of another length.
    StayLength,
    /// It is for other nights of the stay.
    Night,
}

/// What is known of one part of a line and its document.
pub(super) struct Case<'a> {
    pub(super) line: &'a TaxLine,
    pub(super) segment: Segment<'a>,
    pub(super) facts: &'a TaxFacts,
}

/// The place of supply, where the rule applies.
pub(super) fn place_if_applies<'a>(rule: &TaxRule, case: &Case<'a>) -> Result<Result<&'a Region, Mismatch>, Missing> {
    if let Some(mismatch) = circumstances(rule, case) {
        return Ok(Err(mismatch));
    }
    let place = place(rule.place, case)?;
    let inside = place.lies_in(&rule.jurisdiction)
        && (rule.within.is_empty() || rule.within.iter().any(|part| place.lies_in(part)))
        && !rule.except.iter().any(|part| place.lies_in(part));
    if !inside {
        return Ok(Err(Mismatch::Place(place.clone())));
    }
    if !seller_fits(rule.seller_in, &case.facts.seller, place)? {
        return Ok(Err(Mismatch::Seller));
    }
    let day = day(rule.date_basis, case)?;
    if day < rule.valid_from || rule.valid_to.is_some_and(|to| day >= to) {
        return Ok(Err(Mismatch::Day(day)));
    }
    Ok(nights(rule, case)?.map_or(Ok(place), Err))
}

fn circumstances(rule: &TaxRule, case: &Case<'_>) -> Option<Mismatch> {
    let buyer = &case.facts.buyer;
    if rule.customer != Customer::Any && buyer.class != rule.customer {
        return Some(Mismatch::Customer);
    }
    let at_home = buyer
        .place
        .as_ref()
        .is_none_or(|place| place.country() == rule.jurisdiction.country());
    match rule.buyer_in {
        BuyerIn::Home if !at_home => return Some(Mismatch::Buyer),
        BuyerIn::Abroad if at_home => return Some(Mismatch::Buyer),
        BuyerIn::Anywhere | BuyerIn::Home | BuyerIn::Abroad => (),
    }
    let flags = &case.line.flags;
    if let Some(lacking) = rule.requires.iter().find(|flag| !flags.contains(*flag)) {
        return Some(Mismatch::Lacks(lacking.clone()));
    }
    (!rule.unless.is_empty() && rule.unless.is_subset(flags)).then_some(Mismatch::Excluded)
}

fn place<'a>(rule: PlaceRule, case: &Case<'a>) -> Result<&'a Region, Missing> {
    let facts = case.facts;
    match rule {
        PlaceRule::Seller => Ok(&facts.seller),
        PlaceRule::Property => case.line.property.as_ref().ok_or(Missing::Property),
        PlaceRule::Performance => case.segment.performed.ok_or(Missing::Performance),
        PlaceRule::Recipient => match (&facts.buyer.place, facts.buyer.class) {
            (Some(place), _) => Ok(place),
            (None, Customer::B2c) => Ok(&facts.seller),
            (None, Customer::B2b | Customer::Any) => Err(Missing::Recipient),
        },
    }
}

fn seller_fits(wanted: SellerIn, seller: &Region, place: &Region) -> Result<bool, Missing> {
    let same_country = seller.country() == place.country();
    // Which state it is does not matter once the countries differ.
    let same_state = || match (seller.state(), place.state()) {
        _ if !same_country => Ok(false),
        (Some(seller), Some(place)) => Ok(seller == place),
        _ => Err(Missing::State),
    };
    Ok(match wanted {
        SellerIn::Anywhere => true,
        SellerIn::SameCountry => same_country,
        SellerIn::OtherCountry => !same_country,
        SellerIn::SameState => same_state()?,
        SellerIn::OtherState => !same_state()?,
    })
}

fn day(basis: DateBasis, case: &Case<'_>) -> Result<Date, Missing> {
    let dates = &case.facts.dates;
    match basis {
        DateBasis::Invoice => Ok(dates.invoiced),
        DateBasis::Payment => dates.paid.ok_or(Missing::Payment),
        DateBasis::InvoiceOrPayment => Ok(dates.paid.map_or(dates.invoiced, |paid| paid.min(dates.invoiced))),
        DateBasis::Booking => dates.booked.ok_or(Missing::Booking),
        DateBasis::Stay => case.segment.night.map(|(_, on)| on).ok_or(Missing::Nights),
    }
}

fn nights(rule: &TaxRule, case: &Case<'_>) -> Result<Option<Mismatch>, Missing> {
    if rule.stay == StayLength::default() && rule.nights == NightWindow::default() {
        return Ok(None);
    }
    let (nth, _) = case.segment.night.ok_or(Missing::Nights)?;
    let (nth, length) = (u64::try_from(nth), u64::try_from(case.line.nights.len()));
    let (nth, length) = (nth.unwrap_or(u64::MAX), length.unwrap_or(u64::MAX));
    let stay = rule.stay;
    if stay.min.is_some_and(|min| length < min.into()) || stay.max.is_some_and(|max| length > max.into()) {
        return Ok(Some(Mismatch::StayLength));
    }
    let first = u64::from(rule.nights.excluded);
    let outside = nth < first || rule.nights.max.is_some_and(|max| nth >= first + u64::from(max));
    Ok(outside.then_some(Mismatch::Night))
}
