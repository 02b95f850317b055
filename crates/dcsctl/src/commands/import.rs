//! `import`: imports backup files into an instance.

use std::path::PathBuf;

use clap::Args;
use huaweicloud_dcs::types::{
    BackupFileBody, BackupFilesBody, CreateMigrationTaskBody, FileSource, MigrationMethod,
    MigrationType, TargetInstanceBody,
};

use crate::options::passwords::PasswordFrom;
use crate::options::{GlobalOptions, help};
use crate::outcome::{Exit, Failure};
use crate::run::confirm::{Consent, Intent};
use crate::run::creation;
use crate::run::creation::Created;

const EXAMPLES: &str = "  dcsctl import --name seed-import --target-id c2b9f6d0-77aa-4f3d-b5a8-1e9e4d20c8f7 \\
      --backup-id 9d5c63ab-2f0e-4b58-9e1c-7a3d0f4b8e62 --ask-target-password
  dcsctl import --name seed-import --target-id c2b9f6d0-77aa-4f3d-b5a8-1e9e4d20c8f7 \\
      --bucket my-redis-dumps --file orders.rdb --target-password-file /run/secrets/orders-v6

Asks first on a terminal; proceeds off a terminal.
The import starts at once. `dcsctl show` says MIGRATING, then SUCCESS or FAILED.
The call is not retried once it may have reached the service, because the service accepts a name twice. After exit
code 7, check with `dcsctl list --name NAME` before you run it again.
JSON: one object with the keys of `stop-sync`, then job_id and status.";

/// Import a backup, or backup files from an OBS bucket, into an instance
#[derive(Debug, Args)]
#[command(help_template = help::TEMPLATE, before_help = help::examples(EXAMPLES), after_help = help::CHANGE_FOOT)]
pub(crate) struct Options {
    /// Name of the task: 4 to 64 letters, digits, - and _; starts with a letter
    #[arg(long, value_name = "NAME")]
    name: String,

    /// ID of a backup made by DCS
    #[arg(long, required_unless_present = "bucket", conflicts_with_all = ["bucket", "files"], value_name = "ID")]
    backup_id: Option<String>,

    /// OBS bucket that has the backup files
    #[arg(long, requires = "files", value_name = "NAME")]
    bucket: Option<String>,

    /// Backup file in the bucket; may be repeated
    #[arg(long = "file", requires = "bucket", value_name = "NAME")]
    files: Vec<String>,

    /// ID of the instance to import into
    #[arg(long, value_name = "ID")]
    target_id: String,

    /// File that contains the password of the target; `-` is standard input
    #[arg(long, value_name = "PATH")]
    target_password_file: Option<PathBuf>,

    /// Ask for the password of the target on the terminal
    #[arg(long, conflicts_with = "target_password_file")]
    ask_target_password: bool,

    /// Description of the task
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    #[command(flatten)]
    consent: Consent,
}

const INTENT: Intent<'_> = Intent {
    does: "Create",
    effect: "The import starts at once.",
    needs_yes: false,
};

/// Starts the import and writes the ID of its task.
pub(crate) async fn run(options: Options, global: &GlobalOptions) -> Result<Exit, Failure> {
    let client = global.client()?;
    let password = PasswordFrom::new(
        options.target_password_file.as_deref(),
        options.ask_target_password,
    );
    let password = password.read("target")?;
    let source = match (&options.backup_id, &options.bucket) {
        (Some(id), _) => format!("backup {id}"),
        (None, bucket) => format!(
            "bucket {}: {}",
            bucket.as_deref().unwrap_or_default(),
            options.files.join(", ")
        ),
    };
    let what = format!("{}: {source} -> {}", options.name, options.target_id);
    if !options.consent.to_create(&client, &what, INTENT).await? {
        return Ok(Exit::Interrupted);
    }
    let mut target = TargetInstanceBody::new(options.target_id);
    target.password = password;
    let backup = if let Some(backup_id) = options.backup_id {
        BackupFilesBody::new(FileSource::BackupRecord).with_backup_id(backup_id)
    } else {
        let mut backup = BackupFilesBody::new(FileSource::SelfBuildObs);
        backup.bucket_name = options.bucket;
        backup.files = options.files.into_iter().map(BackupFileBody::new).collect();
        backup
    };
    let mut task = CreateMigrationTaskBody::new(
        MigrationMethod::FullAmountMigration,
        MigrationType::BackupfileImport,
        target,
        options.name,
    )
    .with_backup_files(backup);
    task.description = options.description;
    let response = creation::call(&client, &task.task_name, async |client| {
        client.create_import(&task).await
    })
    .await?;
    let body = response.body();
    let created = Created {
        status: body.status.clone(),
        ..Created::of(body.id.clone(), &response)
    };
    let error = body.error.as_deref();
    created.report(&task.task_name, error, global.output, |id| {
        format!("the import has started: check with `dcsctl show {id}`")
    })?;
    Ok(Exit::Done)
}
