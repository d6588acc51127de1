/** The releases below which a package is known to be open to attack, wherever it stands in the lock file. */

/** The packages of a lock file: `node_modules/a/node_modules/b` -> what is installed there. */
export type LockedPackages = Readonly<Record<string, { readonly version?: string }>>

interface Floor {
  /** The first good release, of each major version that has one; majors above the last are good, others are not. */
  readonly floors: readonly string[]
  /** The advisories that the floor closes. */
  readonly because: string
}

/** Good from which release on, and why. */
const FLOORS: Readonly<Record<string, Floor>> = {
  '@fastify/accepts-serializer': { floors: ['6.0.4'], because: 'denial of service (2026)' },
  '@fastify/multipart': { floors: ['9.0.3'], because: 'CVE-2025-24033' },
  '@fastify/static': {
    floors: ['10.1.2'],
    because: 'CVE-2026-6414, GHSA-83w8-p2f5-377r, GHSA-8pvw-jcv7-9cmj',
  },
  '@fastify/swagger-ui': { floors: ['6.1.1'], because: 'brings the mended @fastify/static' },
  '@fastify/websocket': { floors: ['11.3.0'], because: 'CVE-2022-39386 and its kind' },
  'fast-uri': {
    floors: ['3.1.4', '4.2.0'],
    because: 'CVE-2026-6321, 6322, 13676, 16221, 75899, 75931, 75975, 76172',
  },
  fastify: {
    floors: ['5.12.2'],
    because: 'CVE-2025-32442, CVE-2026-25223, 25224, 3419, 33806, 3635, 16732, GHSA-w2qp-rph6-63g4',
  },
  'find-my-way': { floors: ['9.7.0'], because: 'CVE-2024-45813, CVE-2026-47219' },
  jose: { floors: ['4.15.5'], because: 'CVE-2024-28176' },
  kysely: { floors: ['0.28.17'], because: 'CVE-2026-32763, 33468, 44635' },
  node: { floors: ['26.0.0'], because: 'older lines lack our features or their own support' },
  nodemailer: {
    floors: ['10.1.4'],
    because:
      'CVE-2025-14874, GHSA-g73g-hqqh-jr95, 4g23-2xm8-66gc, 85x2-q946-cp5h and more; only its newest major is mended',
  },
  ws: { floors: ['8.21.1'], because: 'CVE-2024-37890, CVE-2026-45736, 48779, 62389' },
}

/** Packages that had too many holes of one kind to be let in at any version. */
const AVOIDED = ['@fastify/express', '@fastify/middie', 'fast-jwt', 'multer']

/** What of a lock file is below its floor or avoided, nested copies included; each with the mend. */
export function advisoryFaults(packages: LockedPackages): readonly string[] {
  return Object.entries(packages).flatMap(([place, { version = '' }]) => {
    const name = place.split('node_modules/').at(-1) ?? ''
    const floor = FLOORS[name]
    if (AVOIDED.includes(name)) return [`${place} is avoided for its record: find another way.`]
    if (floor === undefined || isGood(version, floor.floors)) return []
    const wanted = floor.floors.join(' or ')
    return [`${place} is ${version}: take ${wanted} or newer (${floor.because}).`]
  })
}

function isGood(version: string, floors: readonly string[]): boolean {
  const own = parse(version)
  const sameMajor = floors.find((floor) => parse(floor)[0] === own[0])
  return compare(own, parse(sameMajor ?? floors.at(-1) ?? '')) >= 0
}

type Release = readonly [major: number, minor: number, patch: number]

/** Reads `1.2.3`. A pre-release or anything else is older than every release. */
function parse(version: string): Release {
  const found = /^(\d+)\.(\d+)\.(\d+)$/.exec(version)
  return found ? [Number(found[1]), Number(found[2]), Number(found[3])] : [-1, 0, 0]
}

function compare(a: Release, b: Release): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
}
