/** Tests bucket.ts: how a bucket is written, and what is none. */
import t from 'tap'
import { parseBucket } from '../../../app/media/bucket.ts'

t.test('a bucket is read', async (t) => {
  t.same(parseBucket('s3://AKIA:se%2Fcret@s3.example.org/my-media?region=eu-central-1'), {
    endpoint: 'https://s3.example.org',
    region: 'eu-central-1',
    bucket: 'my-media',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'se/cret' },
  })
  t.same(parseBucket('s3://localhost:9000/media?tls=off'), {
    endpoint: 'http://localhost:9000',
    region: 'us-east-1',
    bucket: 'media',
  })
})

t.test('anything else is none', async (t) => {
  const wrong = [
    '',
    'media',
    'https://a:b@host/media',
    's3://a:b@host',
    's3:///media',
    's3://host/UPPER',
    's3://host/a',
    's3://host/media/folder',
    's3://host/../media/..',
    's3://a@host/media',
    's3://a:%zz@host/media',
    's3://host/media?tls=no',
    's3://host/media?regoin=eu',
    's3://host/media#x',
  ]
  for (const text of wrong) t.equal(parseBucket(text), undefined, text)
})
