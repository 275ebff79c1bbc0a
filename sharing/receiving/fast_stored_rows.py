"""Plain rows, read as columns, as lines of COPY: what stored_rows.py makes of single ones."""

import polars as pl

from sharing.categories import Category
from sharing.receiving.fast_rows import LINE
from sharing.receiving.rows import SEPARATOR, RowReader, digest_of
from sharing.receiving.stored_rows import NULL, Destination, StoredRows


def of_plain_rows(reader: RowReader, to: Destination, values: pl.DataFrame) -> StoredRows:
    """Rows that were read as columns. Their values hold nothing that needs an escape."""
    if values.is_empty():
        return StoredRows()
    keys = [digest_of(text) for text in _key_texts(reader, values)]
    digests = [digest_of(text) for text in _row_texts(reader, values)]
    hexadecimal = pl.DataFrame({"key": [k.hex() for k in keys], "row": [d.hex() for d in digests]})
    category = reader.category
    line = pl.concat_str(
        pl.lit(f"{to.start(category)}\t"),
        pl.col(category.subject_field),
        pl.lit(f"\t{NULL}\t{{"),
        pl.concat_str(
            [_element(values, category, i) for i in range(len(category.fields))], separator=","
        ),
        pl.lit("}\t\\\\x"),
        pl.col("key"),
        pl.lit("\t\\\\x"),
        pl.col("row"),
        pl.lit("\t"),
        _dated(values, category),
        pl.lit("\n"),
    )
    texts = values.hstack(hexadecimal).select(line).to_series().to_list()
    return StoredRows(values[LINE].to_list(), keys, digests, texts)


def _element(values: pl.DataFrame, category: Category, place: int) -> pl.Expr:
    rule = category.fields[place]
    if not rule.is_kept or rule.name not in values.columns:
        return pl.lit("NULL")
    return pl.concat_str(pl.lit('"'), pl.col(rule.name), pl.lit('"')).fill_null("NULL")


def _dated(values: pl.DataFrame, category: Category) -> pl.Expr:
    name = category.name_of(category.dated) if category.dated else None
    if name is None or name not in values.columns:
        return pl.lit(NULL)
    day = pl.col(name)
    whole = pl.when(day.str.len_bytes() == len("2026-01")).then(day + "-01").otherwise(day)
    return whole.fill_null(NULL)


def _key_texts(reader: RowReader, values: pl.DataFrame) -> list[str]:
    """What makes two rows the same one, as sharing.receiving.rows.key_text."""
    category = reader.category
    parts = [pl.lit(category.code), *(_filled(values, category.name_of(r)) for r in category.key)]
    if category.snapshot:
        parts.append(pl.lit(reader.received_on.isoformat()))
    return _joined(values, parts)


def _row_texts(reader: RowReader, values: pl.DataFrame) -> list[str]:
    """What each row says, as sharing.receiving.rows.row_text."""
    return _joined(
        values,
        [
            _filled(values, rule.name) if rule.is_kept else pl.lit("")
            for rule in reader.category.fields
        ],
    )


def _filled(values: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name).fill_null("") if name in values.columns else pl.lit("")


def _joined(values: pl.DataFrame, parts: list[pl.Expr]) -> list[str]:
    return values.select(pl.concat_str(parts, separator=SEPARATOR)).to_series().to_list()
