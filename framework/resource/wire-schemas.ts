/** Schemas of values that the wire writes as strings or within narrower bounds than JSON Schema's own formats. */
import Type from 'typebox'

/** A lower-case uuid of any version (RFC 9562 §4); the format alone would let upper case through. */
export const UUID = Object.freeze(
  Type.String({
    format: 'uuid',
    pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  }),
)

/**
 * RFC 3339 §5.6, narrower: years 0001 to 9999, upper-case T and Z, no second 60, at most three fraction digits, because the
 * column keeps milliseconds. The format checks the days of the month.
 */
export const TIMESTAMP = Object.freeze(
  Type.String({
    format: 'date-time',
    pattern:
      '^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9](\\.[0-9]{1,3})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$',
  }),
)

/** A full-date of RFC 3339 §5.6 in the years 0001 to 9999. */
export const DATE = Object.freeze(
  Type.String({ format: 'date', pattern: '^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}$' }),
)

/** The least whole number of 32 bits. */
export const MIN_INT = -2_147_483_648
/** The greatest whole number of 32 bits. */
export const MAX_INT = 2_147_483_647

/** A whole number of 32 bits, PostgreSQL's int4. */
export const INT32 = Object.freeze(Type.Integer({ minimum: MIN_INT, maximum: MAX_INT }))

/** A whole number of 64 bits as digits. Those of 19 digits beyond the range are refused by the column. */
export const BIGINT = Object.freeze(Type.String({ pattern: '^(0|-?[1-9][0-9]{0,18})$' }))

/** An exact decimal as digits, of sizes that every PostgreSQL numeric holds. */
export const DECIMAL = Object.freeze(
  Type.String({ pattern: '^-?(0|[1-9][0-9]{0,127})(\\.[0-9]{1,127})?$' }),
)
