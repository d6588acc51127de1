/** Tests route.ts. */
import t from 'tap'
import { parseRoute, pathOfRoute, type Route } from '../../../../app/web/logic/route.ts'

t.test('each route is read from the path that it writes', (t) => {
  const routes: readonly Route[] = [
    { name: 'home' },
    { name: 'conversation', id: 'everyone' },
    { name: 'conversation', id: 'a/b ü' },
    { name: 'conversation', id: 'everyone', at: 'x/y' },
    { name: 'media', id: '42' },
    { name: 'join', code: 'x_y-z' },
    { name: 'account', purpose: 'recover' },
    { name: 'account', purpose: 'confirm' },
    { name: 'people' },
    { name: 'developer' },
    { name: 'settings', part: 'security' },
    { name: 'settings', part: 'account' },
    { name: 'admin', part: 'events' },
  ]
  for (const route of routes) t.same(parseRoute(pathOfRoute(route)), route)
  t.end()
})

t.test('other paths', (t) => {
  t.same(parseRoute('/settings'), { name: 'settings', part: 'profile' })
  t.same(parseRoute('/admin/nothing'), { name: 'admin', part: 'users' })
  t.same(parseRoute('/c/'), { name: 'home' })
  t.same(parseRoute('/c/%E0%A4%A'), { name: 'conversation', id: '%E0%A4%A' })
  for (const path of [
    '/nothing',
    '/join',
    '/c/1/2',
    '/c/1/media/3',
    '/c/1/m',
    '/c/1/m/2/3',
    '/people/1/2',
    '/account',
    '/account/x',
  ]) {
    t.same(parseRoute(path), { name: 'unknown' }, path)
  }
  t.equal(pathOfRoute({ name: 'unknown' }), '/')
  t.end()
})
