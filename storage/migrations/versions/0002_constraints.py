"""Keys, indexes, checks and append-only triggers, written out: the migration tool creates no
constraint that stands in a model's Meta and no index for a foreign key.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

UNIQUE = {
    "person_phone_key": "person (phone) WHERE phone IS NOT NULL",
    "external_account_key": "external_account (issuer, subject)",
    "staff_credential_login_key": "staff_credential (login)",
    "staff_credential_person_key": "staff_credential (person_id)",
    "staff_try_login_key": "staff_try (login_digest)",
    "verification_step_key": "verification_attempt (try_id, step)",
    "refresh_token_digest_key": "refresh_token (digest)",
    "entry_token_use_key": "entry_token_use (issuer, jti_digest)",
    "enterprise_uscc_key": "enterprise (uscc)",
    "membership_active_key": (
        "membership (person_id, role, city, enterprise_id, institution_id) "
        "NULLS NOT DISTINCT WHERE ended_at IS NULL"
    ),
    "membership_one_owner_key": (
        "membership (enterprise_id) WHERE role = 'OWNER' AND ended_at IS NULL"
    ),
    "ownership_claim_open_key": "ownership_claim (enterprise_id, person_id) WHERE state = 'OPEN'",
    "institution_name_key": "institution (name)",
    "product_name_key": "product (institution_id, city, name) WHERE status <> 'RETIRED'",
    "product_version_key": "product_version (product_id, number)",
    "demand_audience_key": "demand_audience (demand_id, institution_id)",
    "demand_officer_key": "demand_officer (demand_id, institution_id)",
    "match_key": "match (demand_id, product_id)",
    "offer_open_key": "offer (demand_id, product_id) WHERE status = 'OPEN'",
    "offer_accepted_key": "offer (demand_id) WHERE status = 'ACCEPTED'",
    "consent_grading_key": (
        "consent (enterprise_id, purpose) "
        "WHERE purpose = 'GRADING' AND revoked_at IS NULL AND lapsed_at IS NULL"
    ),
    "import_batch_key": "import_batch (city, category, provider, file_digest)",
    "credit_record_key": "credit_record (batch_id, key_digest)",
    "grade_current_key": "grade (enterprise_id) WHERE superseded_at IS NULL",
    "notice_fact_key": "notice (fact_id, recipient_id)",
    "notice_position_key": "notice (recipient_id, position)",
    "idempotency_key_key": "idempotency_key (actor_id, mutation, key)",
}

INDEXES = {
    "external_account_person_idx": "external_account (person_id)",
    "code_challenge_phone_idx": "code_challenge (phone, requested_at DESC)",
    "code_challenge_address_idx": "code_challenge (address_digest, requested_at DESC)",
    "session_person_idx": "session (person_id)",
    "session_membership_idx": "session (membership_id)",
    "refresh_token_session_idx": "refresh_token (session_id)",
    "membership_person_idx": "membership (person_id)",
    "membership_enterprise_idx": "membership (enterprise_id)",
    "membership_institution_idx": "membership (institution_id, role)",
    "ownership_claim_enterprise_idx": "ownership_claim (enterprise_id)",
    "ownership_claim_person_idx": "ownership_claim (person_id)",
    "verification_attempt_enterprise_idx": "verification_attempt (enterprise_id, at)",
    "verification_attempt_person_idx": "verification_attempt (person_id, at)",
    "product_institution_idx": "product (institution_id, id)",
    "product_shelf_idx": (
        "product (city, (NOT lends_reference), coalesce(reference_cost, 99999), id) "
        "WHERE status = 'PUBLISHED'"
    ),
    "product_review_idx": "product (city, id) WHERE status = 'IN_REVIEW'",
    "product_newest_idx": "product (city, published_at DESC, id) WHERE status = 'PUBLISHED'",
    "demand_enterprise_idx": "demand (enterprise_id, published_at DESC)",
    "demand_publisher_idx": "demand (publisher_id)",
    "demand_consent_idx": "demand (consent_id)",
    "demand_open_idx": "demand (city, expires_at) WHERE status = 'OPEN'",
    "demand_audience_institution_idx": "demand_audience (institution_id)",
    "demand_officer_membership_idx": "demand_officer (membership_id, assigned_at)",
    "demand_officer_institution_idx": "demand_officer (institution_id)",
    "match_demand_idx": "match (demand_id, position)",
    "match_product_idx": "match (product_id)",
    "offer_product_idx": "offer (product_id)",
    "offer_institution_idx": "offer (institution_id)",
    "offer_officer_idx": "offer (officer_id)",
    "offer_demand_idx": "offer (demand_id, made_at DESC)",
    "offer_open_idx": "offer (expires_at) WHERE status = 'OPEN'",
    "consent_enterprise_idx": "consent (enterprise_id, purpose)",
    "consent_person_idx": "consent (person_id)",
    "credit_record_version_idx": (
        "credit_record (city, category, key_digest, received_on DESC, id DESC)"
    ),
    "credit_record_uscc_idx": "credit_record (uscc, category)",
    "quarantined_row_batch_idx": "quarantined_row (batch_id, line)",
    "grade_enterprise_idx": "grade (enterprise_id, computed_at DESC)",
    "access_ledger_enterprise_idx": "access_ledger (enterprise_id, id)",
    "notice_unread_idx": "notice (recipient_id) WHERE read_at IS NULL",
}

CHECKS = {
    "person": {"phone": "phone ~ '^\\+861[3-9][0-9]{9}$'"},
    "code_challenge": {"tries": "tries BETWEEN 0 AND 5", "span": "expires_at > requested_at"},
    "session": {"span": "expires_at > opened_at"},
    "enterprise": {
        "uscc": "uscc ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'",
        "employees": "employees >= 0",
        "assets": "total_assets >= 0",
    },
    "membership": {
        "owner": "(role = 'OWNER') = (enterprise_id IS NOT NULL)",
        "bank": (
            "(role IN ('OFFICER', 'PRODUCT_MANAGER', 'INSTITUTION_ADMIN'))"
            " = (institution_id IS NOT NULL)"
        ),
    },
    "product": {
        "amounts": "0 < min_amount AND min_amount <= max_amount",
        "rates": "0 <= min_annual_rate AND min_annual_rate <= max_annual_rate",
        "terms": "0 < min_term_months AND min_term_months <= max_term_months",
        "version": "version > 0",
        "shelf": "status <> 'PUBLISHED' OR published_at IS NOT NULL",
    },
    "demand": {
        "amount": "amount > 0",
        "term": "term_months BETWEEN 1 AND 600",
        "rate": "max_annual_rate > 0",
        "span": "expires_at > published_at",
        "ended": "(status IN ('OPEN', 'MATCHED', 'CONTRACTED')) = (ended_at IS NULL)",
    },
    "match": {
        "rank": "eligible = (rank IS NOT NULL)",
        "price": "eligible OR (annual_rate IS NULL AND limit_amount IS NULL)",
        "score": "score BETWEEN 0 AND 100",
        "position": "position > 0",
    },
    "offer": {
        "amount": "amount > 0",
        "rate": "annual_rate >= 0",
        "term": "term_months BETWEEN 1 AND 600",
        "span": "expires_at > made_at",
        "ended": "(status IN ('OPEN', 'ACCEPTED')) = (ended_at IS NULL)",
    },
    "consent": {"revoked": "revoked_at >= granted_at", "lapsed": "lapsed_at >= granted_at"},
    "import_batch": {
        "counts": "accepted >= 0 AND quarantined >= 0 AND unchanged >= 0 AND lines_read >= 0"
    },
    "notice": {"position": "position > 0", "read": "read_at >= created_at"},
    "idempotency_key": {"key": "length(key) BETWEEN 8 AND 80"},
}

APPEND_ONLY = ("access_ledger", "product_version", "verification_attempt")

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$
"""

KEPT_GRADES = (
    """
CREATE FUNCTION only_supersede() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL
     AND to_jsonb(NEW) - 'superseded_at' = to_jsonb(OLD) - 'superseded_at' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a % is kept as it was computed', TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$
""",
    "CREATE TRIGGER grade_kept BEFORE UPDATE OR DELETE ON grade "
    "FOR EACH ROW EXECUTE FUNCTION only_supersede()",
)

# The catalogue's revision is a transaction id: unlike a counter it is never used twice, not even
# after the row was lost; the row's lock puts commits in order.
CATALOGUE_REVISION = (
    """
CREATE FUNCTION catalogue_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO catalogue_revision (id, number)
  VALUES (1, pg_current_xact_id()::text::bigint)
  ON CONFLICT (id) DO UPDATE SET number = excluded.number;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER product_joins_catalogue AFTER INSERT ON product
  FOR EACH ROW WHEN (NEW.status = 'PUBLISHED') EXECUTE FUNCTION catalogue_changed()
""",
    """
CREATE TRIGGER product_changes_catalogue AFTER UPDATE ON product
  FOR EACH ROW WHEN (OLD.status = 'PUBLISHED' OR NEW.status = 'PUBLISHED')
  EXECUTE FUNCTION catalogue_changed()
""",
    """
CREATE TRIGGER product_leaves_catalogue AFTER DELETE ON product
  FOR EACH ROW WHEN (OLD.status = 'PUBLISHED') EXECUTE FUNCTION catalogue_changed()
""",
    """
CREATE TRIGGER institution_changes_catalogue AFTER UPDATE ON institution
  FOR EACH ROW EXECUTE FUNCTION catalogue_changed()
""",
)


def _forward() -> list[str]:
    statements = [f"CREATE UNIQUE INDEX {name} ON {on}" for name, on in UNIQUE.items()]
    statements += [f"CREATE INDEX {name} ON {on}" for name, on in INDEXES.items()]
    for table, checks in CHECKS.items():
        for name, rule in checks.items():
            statements.append(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name}_check CHECK ({rule})"
            )
    statements.append(REFUSE_CHANGE)
    statements += [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in APPEND_ONLY
    ]
    statements += KEPT_GRADES
    statements += CATALOGUE_REVISION
    return statements


class Migration(migrations.Migration):
    dependencies = [("rongqiao", "0001_initial")]

    operations = [ops.RunSQL(_forward())]
