// node-redis against a node: node node-redis.mjs PORT PASSWORD ping|use|increment RESP
import assert from 'node:assert/strict';
import { createClient } from 'redis';

const [port, password, task, resp] = process.argv.slice(2);
const redis = createClient({
  socket: { host: '127.0.0.1', port: Number(port) },
  password: password || undefined,
  name: 'node-redis-test',
  RESP: Number(resp),
});
redis.on('error', (error) => console.error(error.message));
await redis.connect();

async function use() {
  assert.equal(await redis.set('nr:text', 'Grüße', { expiration: { type: 'PX', value: 60000 } }), 'OK');
  assert.equal(await redis.get('nr:text'), 'Grüße');
  assert.equal(await redis.hSet('nr:hash', { f: '1', g: '2' }), 2);
  assert.deepEqual({ ...(await redis.hGetAll('nr:hash')) }, { f: '1', g: '2' });
  assert.equal(await redis.zAdd('nr:zset', [{ score: 1.5, value: 'a' }, { score: Infinity, value: 'b' }]), 2);
  assert.deepEqual(await redis.zRangeWithScores('nr:zset', 0, -1), [{ value: 'a', score: 1.5 }, { value: 'b', score: Infinity }]);
  assert.deepEqual(await redis.mGet(['nr:text', 'nr:none']), ['Grüße', null]);

  await redis.set('nr:n', '1');
  assert.deepEqual(await redis.multi().incr('nr:n').incr('nr:n').exec(), [2, 3]);
  assert.deepEqual(await Promise.all([redis.incr('nr:n'), redis.incr('nr:n')]), [4, 5]);
  const other = await redis.duplicate().connect();
  await redis.watch('nr:n');
  await other.incr('nr:n');
  await assert.rejects(redis.multi().incr('nr:n').exec(), /watched/i);

  const popped = redis.blPop('nr:list', 10);
  await other.rPush('nr:list', 'x');
  assert.deepEqual({ ...(await popped) }, { key: 'nr:list', element: 'x' });

  const listener = await redis.duplicate().connect();
  let told;
  const heard = new Promise((resolve) => { told = resolve; });
  await listener.subscribe('nr:news', (message, channel) => told([channel, message]));
  assert.equal(await redis.publish('nr:news', 'hello'), 1);
  assert.deepEqual(await heard, ['nr:news', 'hello']);
  await listener.unsubscribe('nr:news');

  const found = new Set();
  for await (const keys of redis.scanIterator({ MATCH: 'nr:*', COUNT: 2 })) keys.forEach((key) => found.add(key));
  assert.deepEqual([...found].sort(), ['nr:hash', 'nr:n', 'nr:text', 'nr:zset']);
  await assert.rejects(redis.sendCommand(['NOSUCH', 'x']), /ERR unknown command 'NOSUCH', with args beginning with: 'x'/);
  await redis.del(['nr:text', 'nr:hash', 'nr:zset', 'nr:n']);
  await Promise.all([other.close(), listener.close()]);
}

async function increment() {
  await assert.rejects(redis.incr('nr:lost'), /Socket closed unexpectedly/);
  process.exit(0); // close() and destroy() would wait for the connection that it is making anew
}

switch (task) {
  case 'ping': assert.equal(await redis.ping(), 'PONG'); break;
  case 'use': await use(); break;
  case 'increment': await increment(); break;
  default: assert.fail(`no task ${task}`);
}
await redis.close();
