//! `corridor person`: people from the console, where the first administrator comes from.

use super::serve::{ServeArgs, open_house};
use crate::{
    clock::Clock,
    domain::{
        id::{OrganisationId, PersonId},
        people::{Actor, Authentication, Delegation, Role},
        text::{Language, Words},
    },
    house::House,
    process::people::{act_on_person, register_organisation as register},
    workflow::{
        action::{Nothing, Reasoned},
        people::{InvitePerson, OrganisationKind, PersonAction, RegisterOrganisation},
    },
};
use anyhow::{Context as _, bail};
use std::{collections::BTreeSet, io::Write};

/// Create, invite, disable and list people.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Whoever may run this on the machine acts as an administrator; every change stands in the history as made at the console.

Examples:
  corridor person create --name \"Ada Adams\" --email ada@agency.example --new-organisation \"Agency\" \\
      --role administrator < password.txt
  corridor person list
  corridor person disable ada@agency.example --reason \"Left the agency on 1 March\"")]
pub struct PersonArgs {
    #[command(flatten)]
    service: ServeArgs,
    #[command(subcommand)]
    command: PersonCommand,
}

#[derive(Debug, clap::Subcommand)]
enum PersonCommand {
    /// Create a person who can sign in at once; the password is read from standard input.
    #[command(
        after_help = "Example, the first administrator:\n  corridor person create --name \"Ada Adams\" --email ada@agency.example --new-organisation \"Agency\" --role administrator < password.txt"
    )]
    Create(Who),
    /// Invite a person; a letter brings the link.
    Invite(Who),
    /// Let a person no longer in, from this moment.
    Disable {
        /// The person's e-mail address.
        email: String,
        /// Why; it becomes part of the history.
        #[arg(long)]
        reason: String,
    },
    /// List everybody with their roles.
    List,
}

#[derive(Debug, clap::Args)]
struct Who {
    /// First name and surname, as letters and papers show it.
    #[arg(long)]
    name: String,
    /// The address that letters go to; the person signs in with it.
    #[arg(long)]
    email: String,
    /// Id of the organisation the person belongs to (GET /api/v1/organisations lists them).
    #[arg(long, required_unless_present = "new_organisation")]
    organisation: Option<OrganisationId>,
    /// Register an authority of this name for the person instead.
    #[arg(long, conflicts_with = "organisation")]
    new_organisation: Option<String>,
    /// The organisational unit, if the organisation has several.
    #[arg(long, default_value = "", hide_default_value = true)]
    unit: String,
    /// Code of the delegation, for example US; committee roles need one.
    #[arg(long)]
    delegation: Option<String>,
    /// A role: drafter, signatory, secretariat, head, co_chair, auditor, administrator … Repeat it for several.
    #[arg(long = "role", required = true)]
    roles: Vec<String>,
    /// Language of letters: en or ru.
    #[arg(long, default_value = "en")]
    language: String,
}

/// Whoever sits at the machine's console administers it.
fn console() -> Actor {
    Actor {
        roles: BTreeSet::from([Role::Administrator]),
        authentication: Authentication::Console,
        ..Actor::system()
    }
}

/// Registers an organisation from the console.
///
/// # Errors
/// When the store refuses.
pub async fn register_organisation(house: &House, body: RegisterOrganisation) -> anyhow::Result<OrganisationId> {
    Ok(register(house, &console(), body).await?)
}

/// Creates a person who can sign in at once.
///
/// # Errors
/// When the law or the store refuses, or the password is weak.
pub async fn create(house: &House, body: InvitePerson, password: &str) -> anyhow::Result<PersonId> {
    let (id, email) = (PersonId::fresh(), body.email.clone());
    let joined = PersonAction::JoinService(Nothing {});
    act_on_person(house, id, &PersonAction::InvitePerson(body), &console(), false).await?;
    house.door.set_password(id, &email, password).await?;
    act_on_person(house, id, &joined, &Actor::system(), false).await?;
    Ok(id)
}

fn word<T: serde::de::DeserializeOwned>(what: &str, text: &str) -> anyhow::Result<T> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).with_context(|| format!("“{text}” is no {what}"))
}

async fn body(house: &House, who: &Who) -> anyhow::Result<InvitePerson> {
    let organisation = match (&who.organisation, &who.new_organisation) {
        (Some(id), _) => *id,
        (None, Some(name)) => {
            let (name, kind, unit) = (name.clone(), OrganisationKind::Authority, String::new());
            register_organisation(
                house,
                RegisterOrganisation {
                    name,
                    kind,
                    type_: None,
                    unit,
                    affiliation: None,
                },
            )
            .await?
        }
        (None, None) => bail!("name an organisation"),
    };
    let roles: anyhow::Result<BTreeSet<Role>> = who.roles.iter().map(|role| word("role", role)).collect();
    Ok(InvitePerson {
        name: who.name.clone(),
        email: who.email.clone(),
        language: word::<Language>("language of the service", &who.language)?,
        organisation,
        unit: who.unit.clone(),
        delegation: who.delegation.as_deref().map(Delegation::new),
        roles: roles?,
    })
}

/// `corridor person …`.
///
/// # Errors
/// When the service's store cannot be opened or the law refuses.
pub async fn run(args: &PersonArgs, out: &mut impl Write) -> anyhow::Result<i32> {
    let house = open_house(args.service.settings()?, Clock::Wall).await?;
    match &args.command {
        PersonCommand::Create(who) => {
            let mut password = String::new();
            std::io::stdin().read_line(&mut password)?;
            let body = body(&house, who).await?;
            let (email, organisation) = (body.email.clone(), body.organisation);
            let id = create(&house, body, password.trim_end_matches(['\n', '\r'])).await?;
            writeln!(out, "created {id} ({email}) in organisation {organisation}")?;
        }
        PersonCommand::Invite(who) => {
            let (id, body) = (PersonId::fresh(), body(&house, who).await?);
            let email = body.email.clone();
            act_on_person(&house, id, &PersonAction::InvitePerson(body), &console(), true).await?;
            writeln!(out, "invited {id}: a letter goes to {email}")?;
        }
        PersonCommand::Disable { email, reason } => {
            let person = house
                .store
                .person_by_email(email)
                .await?
                .context("nobody has this e-mail address")?;
            let disable = PersonAction::DisablePerson(Reasoned {
                reason: Words::new(reason),
            });
            act_on_person(&house, person.id, &disable, &console(), false).await?;
            writeln!(out, "disabled {} ({email})", person.id)?;
        }
        PersonCommand::List => list(&house, out).await?,
    }
    Ok(0)
}

async fn list(house: &House, out: &mut impl Write) -> anyhow::Result<()> {
    let mut after = None;
    loop {
        let people = house.store.people_list(None, after, 100).await?;
        let Some(last) = people.last() else { return Ok(()) };
        after = Some(last.id.0);
        for person in &people {
            let roles: Vec<&str> = person.roles.iter().map(|role| role.code()).collect();
            let state = if person.active { "active" } else { "not active" };
            writeln!(
                out,
                "{}  {:<32} {:<24} {:<12} {}",
                person.id,
                person.email,
                person.name,
                state,
                roles.join(" ")
            )?;
        }
    }
}
