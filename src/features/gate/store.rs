use super::rules::{RequestPath, Requirement, Rule, Rules};
use crate::error::Result;
use crate::features::applications::rules::Algorithm;
use crate::ids::ApplicationId;
use portcullis_db::{Column, FromRow, Reader, Row, Tx, args, statements};

/// An origin that the gate stands before.
#[derive(Debug, Clone)]
pub struct Guarded {
    /// The application that lives there.
    pub application: ApplicationId,
    /// How it is told, in a way that it can verify, who has passed; none where it is not.
    pub assertion: Option<Algorithm>,
    /// What it takes to get in; nothing opens where there are none.
    pub rules: Rules,
}

/// One row a rule; one without any where there are none.
struct GuardedRow {
    application: ApplicationId,
    assertion: Option<Algorithm>,
    rule: Option<Rule>,
}

impl FromRow for GuardedRow {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let prefix: Option<String> = row.get(3)?;
        let rule = match prefix {
            Some(prefix) => Some(read_rule(&prefix, row, 4)?),
            None => None,
        };
        let (algorithm, is_asserted): (Algorithm, i64) = (row.get(1)?, row.get(2)?);
        let assertion = (is_asserted == 1).then_some(algorithm);
        Ok(Self { application: row.get(0)?, assertion, rule })
    }
}

/// What can't be read must not pass for no rule: a shorter one would count in its place.
fn read_rule(prefix: &str, row: &Row, at: usize) -> portcullis_db::Result<Rule> {
    let (requirement, permissions): (String, String) = (row.get(at)?, row.get(at + 1)?);
    let organisation: Option<String> = row.get(at + 2)?;
    let prefix = RequestPath::parse_typed(prefix).ok();
    match (prefix, Requirement::read(&requirement, &permissions)) {
        (Some(prefix), Some(requirement)) => Ok(Rule { prefix, requirement, organisation }),
        _ => Err(<String as Column>::invalid(at, "this is no rule of the gate")),
    }
}

/// A rule with the origin that it is for.
struct OwnRule(String, Rule);

impl FromRow for OwnRule {
    fn from_row(row: &Row) -> portcullis_db::Result<Self> {
        let prefix: String = row.get(1)?;
        Ok(Self(row.get(0)?, read_rule(&prefix, row, 2)?))
    }
}

statements! {
    GUARDED = "SELECT a.id, a.id_token_algorithm, a.identity_assertion, r.path_prefix, r.requirement, r.permissions, \
               r.organisation FROM application_addresses o \
               JOIN applications a ON a.id = o.application_id \
               LEFT JOIN gate_rules r ON r.application_id = o.application_id AND r.origin = o.address \
               WHERE o.kind = 'gate' AND o.address = $1 AND a.removed_at IS NULL";
    RULES = "SELECT origin, path_prefix, requirement, permissions, organisation FROM gate_rules \
             WHERE application_id = $1";
    ORIGINS = "SELECT DISTINCT origin FROM gate_rules WHERE application_id = $1 ORDER BY origin";
    REMOVE = "DELETE FROM gate_rules WHERE application_id = $1 AND origin = $2";
    ADD = "INSERT INTO gate_rules (application_id, origin, path_prefix, requirement, permissions, organisation) \
           VALUES ($1, $2, $3, $4, $5, $6)";
}

/// The application at an origin, with its rules; none where there is none.
pub(super) async fn guarded(
    db: &mut impl Reader,
    origin: &str,
) -> portcullis_db::Result<Option<Guarded>> {
    let rows: Vec<GuardedRow> = db.fetch_all(&GUARDED, args![origin]).await?;
    let mut found = None;
    let mut rules = Vec::new();
    for GuardedRow { application, assertion, rule } in rows {
        rules.extend(rule);
        found = Some((application, assertion));
    }
    let guarded = |(application, assertion)| {
        let rules = Rules::new(rules);
        Guarded { application, assertion, rules }
    };
    Ok(found.map(guarded))
}

/// An application's rules by origin.
pub(super) async fn rules(
    db: &mut impl Reader,
    application: ApplicationId,
) -> Result<Vec<(String, Rules)>> {
    let rows: Vec<OwnRule> = db.fetch_all(&RULES, args![application]).await?;
    let mut all: std::collections::BTreeMap<String, Vec<Rule>> = std::collections::BTreeMap::new();
    for OwnRule(origin, rule) in rows {
        all.entry(origin).or_default().push(rule);
    }
    Ok(all.into_iter().map(|(origin, rules)| (origin, Rules::new(rules))).collect())
}

/// The origins of an application that rules are for, in order.
pub(super) async fn origins(
    db: &mut impl Reader,
    application: ApplicationId,
) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = db.fetch_all(&ORIGINS, args![application]).await?;
    Ok(rows.into_iter().map(|(origin,)| origin).collect())
}

/// An origin has no rules any more. Call with the application's row taken.
pub(super) async fn remove_rules(
    tx: &mut Tx,
    application: ApplicationId,
    origin: &str,
) -> Result<()> {
    tx.changed(application);
    tx.execute(&REMOVE, args![application, origin]).await?;
    Ok(())
}

/// An origin has these rules and no others. Call with the application's row taken.
pub(super) async fn set_rules(
    tx: &mut Tx,
    application: ApplicationId,
    origin: &str,
    rules: &Rules,
) -> Result<()> {
    remove_rules(tx, application, origin).await?;
    for Rule { prefix, requirement, organisation } in rules.all() {
        let (tag, permissions) = (requirement.tag(), requirement.permissions());
        let values = args![application, origin, prefix.typed(), tag, permissions, organisation];
        tx.execute(&ADD, values).await?;
    }
    Ok(())
}
