/** Tests media-storage.ts: which names begin with an id of ours. */
import t from 'tap'
import { idOfName, isMediaId } from '../../../app/media/media-storage.ts'

const ID = '0198c5d2-7b1a-7c3e-9f00-2f4b8f1d6a01'

t.test('names begin with ids, or are none of ours', async (t) => {
  for (const name of [ID, `${ID}.image`, `${ID}.json`]) t.equal(idOfName(name), ID, name)
  for (const name of ['', 'readme.txt', `x${ID}`, ID.toUpperCase(), ID.slice(1)])
    t.equal(idOfName(name), undefined, name)
  t.ok(isMediaId(ID))
  for (const text of ['', `${ID}.image`, `${ID}/..`, `../${ID}`]) t.notOk(isMediaId(text), text)
})
