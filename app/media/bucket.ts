/** A bucket of an S3-compatible service, as the configuration writes it. */

/** Where a bucket is, and who may use it. */
export interface Bucket {
  /** Such as `https://s3.eu-central-1.amazonaws.com`. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  /** Absent: found as programs on that platform find theirs, such as by the role of the machine. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** The names that S3 allows, without those that are none in a path. */
const BUCKET = /^\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/
const PARAMETERS: readonly string[] = ['region', 'tls']

/**
 * Reads `s3://KEY:SECRET@HOST:PORT/BUCKET?region=…`. `tls=off` is for a service on the same machine or network.
 * @returns undefined: it is none
 */
export function parseBucket(text: string): Bucket | undefined {
  const url = URL.parse(text)
  if (url?.protocol !== 's3:' || url.host === '' || url.hash !== '') return undefined
  const bucket = BUCKET.exec(url.pathname)?.[1]
  const { username, host, searchParams } = url
  const tls = searchParams.get('tls') ?? 'on'
  const isKnown = [...searchParams.keys()].every((name) => PARAMETERS.includes(name))
  const credentials = credentialsOf(url)
  if (bucket === undefined || credentials === undefined) return undefined
  if (!isKnown || !['on', 'off'].includes(tls)) return undefined
  return Object.freeze<Bucket>({
    endpoint: `${tls === 'on' ? 'https' : 'http'}://${host}`,
    region: searchParams.get('region') ?? 'us-east-1',
    bucket,
    ...(username !== '' && { credentials }),
  })
}

/** Undefined: they are half told, or not percent-encoded. */
function credentialsOf({ username, password }: URL): Bucket['credentials'] {
  if ((username === '') !== (password === '')) return undefined
  try {
    return {
      accessKeyId: decodeURIComponent(username),
      secretAccessKey: decodeURIComponent(password),
    }
  } catch {
    return undefined
  }
}
