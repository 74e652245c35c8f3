//! Which taxes are due on what is sold, and why.
//!
//! Rules are data: [`TaxRule`] says where, on what, to whom, between which days, at which rate and by which law. A
//! [`TaxRules`] holds rules of which no two can meet on one supply, and [`assess()`] lays them on the lines of one document:
//! every tax names its base, rate, amount, rule and law, and every line says which rules were looked at and why the others
//! did not apply.
//!
//! * The *place of supply* decides which country's and state's tax is due; a rule says how it is found ([`PlaceRule`]).
//! * The *date* that picks the rule is the rule's own choice too ([`DateBasis`]): a stay is taxed night by night where the law
//!   says so, so that a rate that moves at New Year moves within the stay.
//! * A price is *without* or *with* tax, line by line; a tax follows the price, or is always on top of it, or always in it
//!   ([`Charged`]). Out of a price with tax the tax is taken at once and then split among its components.
//! * Tax is rounded per line or per document, to the minor unit or to the whole one, as the rule says ([`RoundingPolicy`]);
//!   parts always sum to their whole, the units left going to the largest remainders.
//! * A credit note is the charge with its sign turned ([`TaxLine::reversed`]), tax by tax.
//! * What is *collected* for the buyer's own account (India's TCS) is neither price nor our tax: it has a total of its own.
//!
//! [`sets`] has ready rules for India, the European Union, the United Kingdom and the United States. What the law leaves
//! open is for whoever uses them to choose. None of it is legal advice: a rule says who reviewed it, and those that nobody
//! did say that as well.
//!
//! Deliberately absent: where rules and registrations are kept, the time zone of a day (days are the seller's, a night's the
//! property's), and currency conversion: everything of one document is in one currency.

mod amount;
mod assess;
mod charge;
mod check;
mod due;
mod facets;
mod fraction;
mod late;
mod line;
mod matching;
mod overlap;
mod parts;
mod report;
mod result;
mod rule;
mod rules;
mod segment;
pub mod sets;
mod settle;
mod words;

pub use amount::{gross, on_net};
pub use assess::{Missing, NotAssessed, assess};
pub use charge::{AgeBand, Bound, Charge, Per, Period, Rate, Slab, SlabBasis, Step, Treatment};
pub use check::BadTaxRule;
pub use facets::{
    Base, BuyerIn, Charged, Customer, DateBasis, Disputed, PlaceRule, RoundingPolicy, Scope, SellerIn, To,
};
pub use line::{Abroad, Buyer, Guest, Night, PerformedIn, PriceIs, TaxDates, TaxFacts, TaxLine};
pub use matching::Mismatch;
pub use result::{AppliedRate, AssessedLine, Assessment, ComponentTotal, Looked, Tax};
pub use rule::{NightWindow, StayLength, TaxRule, WithoutNumber};
pub use rules::{BadTaxRules, TaxRules};
pub use words::{BadWord, Code, Region};
