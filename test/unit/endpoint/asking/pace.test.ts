import { describe, expect, it } from 'vitest';
import { Failure } from '../../../../src/failure';
import { createPace, type Clock } from '../../../../src/endpoint/asking/pace';
import { PassingRefusal, waitOfHeaders, withRetries } from '../../../../src/endpoint/asking/retry';

/** A clock that stands until somebody sleeps. */
function standingClock(): Clock & { readonly slept: readonly number[] } {
  const slept: number[] = [];
  let now = 0;
  return {
    slept,
    now: () => now,
    sleep: (milliseconds) => {
      slept.push(milliseconds);
      now += milliseconds;
      return Promise.resolve();
    },
  };
}

const limited = (milliseconds?: number) =>
  new PassingRefusal(new Failure('endpoint-busy', 'Slow down.'), true, milliseconds);

describe('requests a minute', () => {
  it('begin so far apart that no minute has more of them', async () => {
    const clock = standingClock();
    const pace = createPace(20, clock);
    const begun: number[] = [];
    for (let request = 0; request < 40; request++) {
      await pace.turn();
      begun.push(clock.now());
    }
    expect(begun.slice(0, 3)).toEqual([0, 3000, 6000]);
    for (const from of begun)
      expect(begun.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(20);
  });

  it('are as many as there are where no limit is set', async () => {
    const clock = standingClock();
    const pace = createPace(0, clock);
    for (let request = 0; request < 100; request++) await pace.turn();
    expect(clock.slept).toEqual([]);
  });
});

describe('a refusal that passes', () => {
  it('holds every request back for as long as the endpoint asks', async () => {
    const clock = standingClock();
    const pace = createPace(0, clock);
    let sent = 0;
    const answer = await withRetries(() => (sent++ === 0 ? Promise.reject(limited(7000)) : Promise.resolve('warm')), {
      retries: 5,
      pace,
      clock,
    });
    expect([answer, sent, clock.now()]).toEqual(['warm', 2, 7000]);
  });

  it('is waited for twice as long each time, half a minute at most, and then said', async () => {
    const clock = standingClock();
    const waits: number[] = [];
    const sending = withRetries(
      () => Promise.reject(new PassingRefusal(new Failure('endpoint-down', 'Down.'), false)),
      {
        retries: 9,
        pace: createPace(0, clock),
        clock,
        onRetry: (_, milliseconds) => waits.push(milliseconds),
      },
    );
    await expect(sending).rejects.toMatchObject({ code: 'endpoint-down' });
    const most = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000];
    expect(waits).toHaveLength(most.length);
    most.forEach((bound, attempt) => {
      expect(waits[attempt]).toBeGreaterThanOrEqual(bound * 0.75);
      expect(waits[attempt]).toBeLessThanOrEqual(bound);
    });
  });

  it('is not waited for where the endpoint asks for more than ten minutes', async () => {
    const clock = standingClock();
    const sending = withRetries(() => Promise.reject(limited(600_001)), {
      retries: 5,
      pace: createPace(0, clock),
      clock,
    });
    await expect(sending).rejects.toThrow('Slow down, and asks to wait');
    expect(clock.slept).toEqual([]);
  });

  it.each([
    [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:01:00 GMT' }, 50_000],
    [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-1' }, undefined],
    [{}, undefined],
  ])('says in its headers how long: %j', (headers, milliseconds) => {
    expect(waitOfHeaders(new Headers(headers as Record<string, string>), 10_000)).toBe(milliseconds);
  });
});
