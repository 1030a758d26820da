/** Resamples of an interval. */
const resamples = 2000;

/**
 * The results as Markdown: what each method's text gained over the original on the test rows, the mean over seeds with
 * its interval (95 %, bootstrap over rows and seeds), and its readability, prompts and time.
 */
export function rewriteTable(results) {
  for (const method of unique(results.map((result) => result.method))) {
    const editions = unique(results.filter((result) => result.method === method).map((result) => result.edition));
    if (editions.length > 1)
      throw new Error(`Results of different searches are no seeds of one: ${method} ${editions.join(', ')}.`);
  }
  const lines = [
    '| task | method | seeds | original | new text | gain | against gradient | readability | prompts | seconds |',
    '|---|---|---|---|---|---|---|---|---|---|',
  ];
  for (const task of unique(results.map((result) => result.task)))
    for (const method of unique(results.map((result) => result.method))) {
      const own = results.filter((result) => result.task === task && result.method === method);
      if (own.length === 0) continue;
      const peer = results.filter((result) => result.task === task && result.method === 'gradient');
      const gain = interval(own.map(({ before, after }) => differences(after.right, before.right)));
      const paired = own.flatMap(({ seed, after }) =>
        peer.filter((other) => other.seed === seed).map((other) => differences(after.right, other.after.right)),
      );
      lines.push(
        `| ${[
          task,
          method,
          own.length,
          number(accuracy(own[0].before.right)),
          number(mean(own.map(({ after }) => accuracy(after.right)))),
          text(gain),
          method === 'gradient' || paired.length === 0 ? '–' : text(interval(paired)),
          readability(own),
          Math.round(mean(own.map(({ spent }) => spent))),
          Math.round(mean(own.map(({ seconds }) => seconds))),
        ].join(' | ')} |`,
      );
    }
  return `${lines.join('\n')}\n`;
}

const unique = (values) => [...new Set(values)];
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const number = (value) => value.toFixed(3);
const signed = (value) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
const text = ([value, low, high]) => `${signed(value)} (${signed(low)} to ${signed(high)})`;
const accuracy = (right) => mean([...right].map(Number));
const differences = (one, other) => [...one].map((bit, i) => Number(bit) - Number(other[i]));

function readability(own) {
  const known = own.map((result) => result.readability).filter((value) => typeof value === 'number');
  return known.length > 0 ? signed(mean(known)) : '–';
}

/** Mean with its interval, resampled over seeds and over rows, the same rows of each seed. */
function interval(seeds) {
  let state = 12345;
  const random = (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  const rows = seeds[0].length;
  const means = Array.from({ length: resamples }, () => {
    const drawn = Array.from({ length: seeds.length }, () => seeds[random(seeds.length)]);
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      const row = random(rows);
      for (const seed of drawn) sum += seed[row];
    }
    return sum / rows / seeds.length;
  }).sort((a, b) => a - b);
  return [mean(seeds.map(mean)), means[Math.floor(0.025 * resamples)], means[Math.ceil(0.975 * resamples) - 1]];
}
