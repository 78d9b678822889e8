// ioredis against a node: node ioredis.mjs PORT PASSWORD ping|use|increment
import assert from 'node:assert/strict';
import { Redis } from 'ioredis';

const [port, password, task] = process.argv.slice(2);
const options = { port: Number(port), password: password || undefined, connectionName: 'ioredis-test' };
const redis = new Redis(options);

async function use() {
  assert.equal(await redis.set('io:text', 'Grüße'), 'OK');
  assert.equal(await redis.get('io:text'), 'Grüße');
  const bytes = Buffer.from([0, 255, 13, 10]);
  await redis.set('io:bytes', bytes, 'PX', 60000);
  assert.deepEqual(await redis.getBuffer('io:bytes'), bytes);
  assert.ok(await redis.pttl('io:bytes') > 0);
  assert.equal(await redis.hset('io:hash', { f: 1, g: 2 }), 2);
  assert.deepEqual(await redis.hgetall('io:hash'), { f: '1', g: '2' });
  assert.equal(await redis.zadd('io:zset', 1.5, 'a', 'inf', 'b'), 2);
  assert.deepEqual(await redis.zrange('io:zset', 0, -1, 'WITHSCORES'), ['a', '1.5', 'b', 'inf']);

  const pipelined = await redis.pipeline().set('io:n', 1).incr('io:n').lpop('io:n').get('io:n').exec();
  assert.deepEqual([pipelined[0], pipelined[1], pipelined[3]], [[null, 'OK'], [null, 2], [null, '2']]);
  assert.match(pipelined[2][0].message, /^WRONGTYPE /);
  assert.deepEqual(await redis.multi().incr('io:n').incr('io:n').exec(), [[null, 3], [null, 4]]);
  await redis.watch('io:n');
  const other = redis.duplicate();
  await other.incr('io:n');
  assert.equal(await redis.multi().incr('io:n').exec(), null);

  const popped = redis.blpop('io:list', 10);
  await other.rpush('io:list', 'x');
  assert.deepEqual(await popped, ['io:list', 'x']);
  assert.equal(await redis.blpop('io:list', 0.05), null);

  const listener = redis.duplicate();
  const heard = new Promise((resolve) => listener.on('pmessage', (...message) => resolve(message)));
  assert.equal(await listener.psubscribe('io:*'), 1);
  assert.equal(await redis.publish('io:news', 'hello'), 1);
  assert.deepEqual(await heard, ['io:*', 'io:news', 'hello']);

  const found = new Set();
  for await (const keys of redis.scanStream({ match: 'io:*', count: 2 })) keys.forEach((key) => found.add(key));
  assert.deepEqual([...found].sort(), ['io:bytes', 'io:hash', 'io:n', 'io:text', 'io:zset']);
  await assert.rejects(redis.call('NOSUCH', 'x'), /^ReplyError: ERR unknown command 'NOSUCH', with args beginning with: 'x'/);
  await Promise.all([other.quit(), listener.quit()]);
}

switch (task) {
  case 'ping': assert.equal(await redis.ping(), 'PONG'); break;
  case 'use': await use(); break;
  case 'increment': console.log(await redis.incr('io:lost')); break;
  default: assert.fail(`no task ${task}`);
}
await redis.quit();
