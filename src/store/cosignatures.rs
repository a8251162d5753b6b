//! What witnesses said of checkpoints.

use super::{Store, StoreError, checkpoints::KeptCheckpoint};
use crate::audit::{checkpoint::Note, policy::Policy};
use sea_orm::{ConnectionTrait, Statement, Value};

impl Store {
    /// The cosignatures on the checkpoint of this size: the name of each witness, and its line.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn cosignatures(&self, generation: u32, size: u64) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT witness, line FROM log_cosignature WHERE generation = $1 AND size = $2 ORDER BY witness";
        let values: Vec<Value> = vec![i64::from(generation).into(), (size as i64).into()];
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let rows = self.db().query_all_raw(statement).await?;
        rows.iter()
            .map(|row| Ok((row.try_get("", "witness")?, row.try_get("", "line")?)))
            .collect()
    }

    /// The largest size that this witness has cosigned; 0: none.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn cosigned_until(&self, generation: u32, witness: &str) -> Result<u64, StoreError> {
        let sql = "SELECT max(size) AS size FROM log_cosignature WHERE generation = $1 AND witness = $2";
        let values: Vec<Value> = vec![i64::from(generation).into(), witness.into()];
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        let row = self.db().query_one_raw(statement).await?;
        let size: Option<i64> = row.map(|row| row.try_get("", "size")).transpose()?.flatten();
        Ok(size.unwrap_or(0).unsigned_abs())
    }

    /// Keeps a cosignature.
    ///
    /// # Errors
    /// `Conflict` if there is one of this witness; the database's trouble.
    pub async fn keep_cosignature(
        &self,
        checkpoint: &KeptCheckpoint,
        witness: &str,
        line: &str,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO log_cosignature (generation, size, witness, line) VALUES ($1, $2, $3, $4)";
        let values: Vec<Value> = vec![
            i64::from(checkpoint.generation).into(),
            (checkpoint.size as i64).into(),
            witness.into(),
            line.into(),
        ];
        self.change(sql, values).await
    }

    /// The first checkpoint from this one on for which as many vouch as the policy demands, and who does.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn first_witnessed(
        &self,
        from: &KeptCheckpoint,
        policy: Option<&Policy>,
    ) -> Result<Option<(KeptCheckpoint, Vec<String>)>, StoreError> {
        let Some(policy) = policy.filter(|policy| policy.asks_for_witnesses()) else {
            return Ok(None);
        };
        let sql =
            "SELECT DISTINCT size FROM log_cosignature WHERE generation = $1 AND size >= $2 ORDER BY size LIMIT 20";
        let values: Vec<Value> = vec![i64::from(from.generation).into(), (from.size as i64).into()];
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), sql, values);
        for row in self.db().query_all_raw(statement).await? {
            let size = row.try_get::<i64>("", "size")?.unsigned_abs();
            let Some(kept) = self.checkpoint_of(from.generation, size).await? else {
                continue;
            };
            let note = self.cosigned_note(&kept).await?;
            let note = Note::parse(&note).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            if policy.is_witnessed(&note) {
                return Ok(Some((kept, policy.witnesses_of(&note))));
            }
        }
        Ok(None)
    }

    /// The checkpoint's note with the cosignatures below the log's signature.
    ///
    /// # Errors
    /// The database's trouble.
    pub async fn cosigned_note(&self, checkpoint: &KeptCheckpoint) -> Result<String, StoreError> {
        let lines = self.cosignatures(checkpoint.generation, checkpoint.size).await?;
        let lines: String = lines.into_iter().map(|(_, line)| line).collect();
        Ok(format!("{}{lines}", checkpoint.note))
    }
}
