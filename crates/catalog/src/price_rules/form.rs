//! The form of a rule: its fields, what was typed in them as a rule, and a rule as what stands in them.

use kernel::{Currency, Money, Problem};
use web::Fields;
use web::messages::Words;
use web::ui::Field;

use super::sentence::hundredths;
use super::terms::{FormulaKind, MoneyText, RoundingText, RuleTerms, TldChoice, Towards};
use crate::forms::{self, Block, Filled, Values};
use crate::price_books::{self, Operation};
use crate::registrars::Registrar;
use crate::sales_lists::SalesList;
use crate::tld_groups::TldGroup;
use crate::values;

/// What a form offers to choose from.
pub(super) struct Choices {
    pub(super) lists: Vec<SalesList>,
    pub(super) registrars: Vec<Registrar>,
    pub(super) groups: Vec<TldGroup>,
}

/// The box of an operation: `op-renew`.
const fn box_of(operation: Operation) -> &'static str {
    match operation {
        Operation::Register => "op-register",
        Operation::Renew => "op-renew",
        Operation::Transfer => "op-transfer",
        Operation::Restore => "op-restore",
    }
}

/// Roundings that are offered by name: what the address says, from one allowed price to the next, and its ending.
const OFFERED: [(&str, u32, u32); 4] = [("99", 100, 99), ("95", 100, 95), ("50", 100, 50), ("00", 100, 0)];

/// Reads what was typed. What is typed in fields that do not count, because something else was chosen, is left out.
pub(super) fn read(fields: &Fields, lists: &[SalesList]) -> Result<RuleTerms, Problem> {
    let refused = |pointer, code| Problem::refused("invalid_fields").field(pointer, code);
    let list = fields
        .get("list")
        .parse()
        .map_err(|_| refused("/list", "sales_list_unknown"))?;
    let chosen = |name: &str| Some(fields.get(name)).filter(|text| !text.is_empty());
    let currency = match chosen("fixed_currency") {
        Some(code) => Some(Currency::parse(code).map_err(|_| refused("/fixed_currency", "currency_unknown"))?),
        None => lists.iter().find(|one| one.id == list).map(|one| one.currency),
    };
    let registrar = chosen("registrar").map(str::parse).transpose();
    let group = chosen("group").map(str::parse).transpose();
    let for_tlds = match fields.get("for_tlds") {
        "these" => TldChoice::These,
        "group" => TldChoice::Group,
        _ => TldChoice::All,
    };
    let formula = match fields.get("formula") {
        "markup" => FormulaKind::Markup,
        _ => FormulaKind::Margin,
    };
    let operations = Operation::ALL
        .into_iter()
        .filter(|one| fields.get(box_of(*one)) == "on");
    let is_on = |name: &str| fields.get(name) == "on";
    Ok(RuleTerms {
        name: fields.get("name").to_owned(),
        list,
        operations: operations.map(|one| one.name().to_owned()).collect(),
        years: years(fields.get("years")).ok_or_else(|| refused("/years", "bad_terms"))?,
        registrar: registrar.map_err(|_| refused("/registrar", "rule_registrar_unknown"))?,
        for_tlds,
        tlds: if for_tlds == TldChoice::These {
            values::words(fields.get("tlds"))
        } else {
            Vec::new()
        },
        group: group
            .map_err(|_| refused("/group", "tld_group_missing"))?
            .filter(|_| for_tlds == TldChoice::Group),
        formula,
        percent: fields.get("percent").trim().trim_end_matches('%').trim().to_owned(),
        fixed: match chosen("fixed").filter(|_| formula == FormulaKind::Markup) {
            None => None,
            Some(text) => Some(fixed(text, currency).ok_or_else(|| refused("/fixed", "bad_amount"))?),
        },
        rounding: rounding(fields).ok_or_else(|| refused("/step", "bad_rounding"))?,
        minimum_margin: match fields.get("minimum_margin").trim().trim_end_matches('%').trim() {
            "" => "0".to_owned(),
            text => text.to_owned(),
        },
        loss_leader: is_on("is_loss_leader").then(|| fields.get("loss_leader").to_owned()),
        enabled: is_on("enabled"),
    })
}

fn years(text: &str) -> Option<Vec<u8>> {
    if text.trim().is_empty() {
        return Some(vec![1]);
    }
    values::words(text).iter().map(|word| word.parse().ok()).collect()
}

fn fixed(text: &str, currency: Option<Currency>) -> Option<MoneyText> {
    let amount = Money::parse(text.trim(), currency?).ok()?;
    Some(MoneyText {
        minor: amount.minor,
        currency: amount.currency.code().to_owned(),
    })
}

/// The rounding that was chosen; nothing when what was typed for it cannot be read.
fn rounding(fields: &Fields) -> Option<Option<RoundingText>> {
    let to = match fields.get("to") {
        "up" => Towards::Up,
        _ => Towards::Nearest,
    };
    let chosen = fields.get("rounding");
    if chosen == "step" {
        let (every, ending) = (in_hundredths(fields.get("step"))?, in_hundredths(fields.get("ending"))?);
        return Some(Some(RoundingText { every, ending, to }));
    }
    let offered = OFFERED.iter().find(|(name, ..)| *name == chosen);
    Some(offered.map(|(_, every, ending)| RoundingText {
        every: *every,
        ending: *ending,
        to,
    }))
}

/// `5` and `4.99` in hundredths; nothing typed is none.
fn in_hundredths(text: &str) -> Option<u32> {
    if text.trim().is_empty() {
        return Some(0);
    }
    let amount = Money::parse(text.trim(), Currency::USD).ok()?;
    u32::try_from(amount.minor).ok()
}

/// What stands in the fields of a rule.
pub(super) fn stored(terms: &RuleTerms) -> Values {
    let on = |is: bool| if is { "on".to_owned() } else { String::new() };
    let id = |id: Option<String>| id.unwrap_or_default();
    let rounding = terms.rounding.as_ref();
    let by_name = |text: &RoundingText| {
        let offered = OFFERED
            .iter()
            .find(|(_, every, ending)| (*every, *ending) == (text.every, text.ending));
        offered.map_or("step", |(name, ..)| name)
    };
    let years: Vec<String> = terms.years.iter().map(u8::to_string).collect();
    let mut values = vec![
        ("name", terms.name.clone()),
        ("list", terms.list.to_string()),
        ("years", years.join(", ")),
        ("registrar", id(terms.registrar.map(|id| id.to_string()))),
        ("for_tlds", choice_name(terms.for_tlds).to_owned()),
        ("tlds", terms.tlds.join(" ")),
        ("group", id(terms.group.map(|id| id.to_string()))),
        ("formula", formula_name(terms.formula).to_owned()),
        ("percent", terms.percent.clone()),
        ("fixed", terms.fixed.as_ref().map(decimal).unwrap_or_default()),
        (
            "fixed_currency",
            terms
                .fixed
                .as_ref()
                .map(|fixed| fixed.currency.clone())
                .unwrap_or_default(),
        ),
        ("rounding", rounding.map_or("", by_name).to_owned()),
        ("step", rounding.map(|text| hundredths(text.every)).unwrap_or_default()),
        (
            "ending",
            rounding.map(|text| hundredths(text.ending)).unwrap_or_default(),
        ),
        (
            "to",
            if rounding.is_some_and(|text| text.to == Towards::Up) {
                "up"
            } else {
                "nearest"
            }
            .to_owned(),
        ),
        ("minimum_margin", terms.minimum_margin.clone()),
        ("is_loss_leader", on(terms.loss_leader.is_some())),
        ("loss_leader", terms.loss_leader.clone().unwrap_or_default()),
        ("enabled", on(terms.enabled)),
    ];
    let boxes = Operation::ALL.map(|one| (box_of(one), on(terms.operations.iter().any(|name| name == one.name()))));
    values.extend(boxes);
    values
}

fn decimal(fixed: &MoneyText) -> String {
    Currency::parse(&fixed.currency).map_or_else(
        |_| String::new(),
        |currency| Money::new(fixed.minor, currency).decimal(),
    )
}

const fn choice_name(choice: TldChoice) -> &'static str {
    match choice {
        TldChoice::All => "all",
        TldChoice::These => "these",
        TldChoice::Group => "group",
    }
}

const fn formula_name(formula: FormulaKind) -> &'static str {
    match formula {
        FormulaKind::Margin => "margin",
        FormulaKind::Markup => "markup",
    }
}

/// What a new rule starts from.
pub(super) fn blank(lists: &[SalesList]) -> Values {
    let list = lists.first().map(|list| list.id.to_string()).unwrap_or_default();
    let mut values: Values = vec![
        ("list", list),
        ("years", "1".into()),
        ("for_tlds", "all".into()),
        ("formula", "margin".into()),
        ("percent", "12".into()),
        ("rounding", "99".into()),
        ("to", "nearest".into()),
        ("minimum_margin", "5".into()),
        ("enabled", "on".into()),
    ];
    values.extend(Operation::ALL.map(|one| (box_of(one), "on".to_owned())));
    values
}

/// The form's blocks: what it is for, how the price is made, what it may not do.
pub(super) fn blocks(w: &Words, filled: &Filled<'_>, choices: &Choices) -> Vec<Block> {
    vec![
        subject(w, filled, choices),
        price(w, filled, choices),
        limits(w, filled),
    ]
}

fn subject(w: &Words, filled: &Filled<'_>, choices: &Choices) -> Block {
    let lists: Vec<(String, String)> = choices
        .lists
        .iter()
        .map(|list| (list.id.to_string(), format!("{} ({})", list.name, list.currency.code())))
        .collect();
    let mut groups = vec![(String::new(), w.t("catalog-none"))];
    groups.extend(
        choices
            .groups
            .iter()
            .map(|group| (group.id.to_string(), group.name.clone())),
    );
    let for_tlds = [
        ("all", w.t("catalog-for-all")),
        ("these", w.t("catalog-for-these")),
        ("group", w.t("catalog-for-group")),
    ];
    let name = Field::text("name", w.t("catalog-name"))
        .required()
        .attr("maxlength", 120)
        .autocomplete("off");
    let list = Field::select("list", w.t("catalog-sales-list"), &lists).hint(w.t("catalog-rule-list-hint"));
    let tlds = Field::textarea("tlds", w.t("catalog-rule-tlds")).hint(w.t("catalog-tlds-hint"));
    let years = Field::text("years", w.t("catalog-rule-years")).hint(w.t("catalog-rule-years-hint"));
    let mut fields = vec![
        filled.field("name", name),
        filled.field("list", list),
        filled.field(
            "for_tlds",
            Field::select("for_tlds", w.t("catalog-for-tlds"), &for_tlds),
        ),
        filled.field(
            "group",
            Field::select("group", w.t("catalog-tld-group"), &groups).hint(w.t("catalog-group-hint")),
        ),
        filled.field("tlds", tlds),
        filled.field("years", years.autocomplete("off")),
    ];
    let boxes =
        Operation::ALL.map(|one| filled.tick(box_of(one), Field::check(box_of(one), price_books::operation(w, one))));
    fields.extend(boxes);
    Block {
        title: w.t("catalog-rule-subject"),
        text: w.t("catalog-rule-subject-text"),
        fields,
    }
}

fn price(w: &Words, filled: &Filled<'_>, choices: &Choices) -> Block {
    let mut registrars = vec![(String::new(), w.t("catalog-rule-lowest"))];
    registrars.extend(
        choices
            .registrars
            .iter()
            .map(|one| (one.id.to_string(), one.name.clone())),
    );
    let formulas = [
        ("margin", w.t("catalog-formula-is-margin")),
        ("markup", w.t("catalog-formula-is-markup")),
    ];
    let roundings = [
        ("", w.t("catalog-rounding-none")),
        ("99", w.t("catalog-rounding-99")),
        ("95", w.t("catalog-rounding-95")),
        ("50", w.t("catalog-rounding-50")),
        ("00", w.t("catalog-rounding-00")),
        ("step", w.t("catalog-rounding-other")),
    ];
    let mut currencies = vec![(String::new(), w.t("catalog-rule-fixed-of-list"))];
    currencies.extend(
        forms::currencies()
            .into_iter()
            .map(|(code, text)| (code.to_owned(), text.to_owned())),
    );
    let ways = [("nearest", w.t("catalog-to-nearest")), ("up", w.t("catalog-to-up"))];
    let field = |name: &str, field: Field| filled.field(name, field.autocomplete("off"));
    let percent = Field::number("percent", w.t("catalog-rule-percent")).required();
    let step = Field::number("step", w.t("catalog-rounding-every")).hint(w.t("catalog-rounding-every-hint"));
    Block {
        title: w.t("catalog-rule-price"),
        text: w.t("catalog-rule-price-text"),
        fields: vec![
            filled.field(
                "registrar",
                Field::select("registrar", w.t("catalog-rule-cost"), &registrars).hint(w.t("catalog-rule-cost-hint")),
            ),
            filled.field(
                "formula",
                Field::select("formula", w.t("catalog-rule-formula"), &formulas),
            ),
            field("percent", percent),
            field(
                "fixed",
                Field::number("fixed", w.t("catalog-rule-fixed")).hint(w.t("catalog-rule-fixed-hint")),
            ),
            filled.field(
                "fixed_currency",
                Field::select("fixed_currency", w.t("catalog-rule-fixed-currency"), &currencies)
                    .hint(w.t("catalog-rule-fixed-currency-hint")),
            ),
            filled.field(
                "rounding",
                Field::select("rounding", w.t("catalog-rule-rounding"), &roundings),
            ),
            filled.field("to", Field::select("to", w.t("catalog-rule-to"), &ways)),
            field("step", step),
            field(
                "ending",
                Field::number("ending", w.t("catalog-rounding-last")).hint(w.t("catalog-rounding-last-hint")),
            ),
        ],
    }
}

fn limits(w: &Words, filled: &Filled<'_>) -> Block {
    let minimum = Field::number("minimum_margin", w.t("catalog-rule-minimum")).hint(w.t("catalog-rule-minimum-hint"));
    let loss = Field::switch("is_loss_leader", w.t("catalog-rule-loss")).hint(w.t("catalog-rule-loss-hint"));
    let reason = Field::text("loss_leader", w.t("catalog-rule-reason")).attr("maxlength", 120);
    Block {
        title: w.t("catalog-rule-limits"),
        text: String::new(),
        fields: vec![
            filled.field("minimum_margin", minimum.autocomplete("off")),
            filled.tick("enabled", Field::switch("enabled", w.t("catalog-rule-enabled"))),
            filled.tick("is_loss_leader", loss),
            filled.field("loss_leader", reason.autocomplete("off")),
        ],
    }
}
