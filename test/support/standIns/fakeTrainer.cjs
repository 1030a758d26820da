// Speaks the trainer's protocol without a model: what it does follows from the template's name.
const reply = (message) => process.send({ mark: 'prompt-tuner', ...message });
reply({ kind: 'event', name: 'ready', event: { version: 7 } });
process.on('disconnect', () => process.exit(0));
let within;
process.on('message', ({ id, name, request }) => {
  if (name === 'confine') within = request.within;
  const die = () => {
    console.error('no memory left');
    process.kill(process.pid, 'SIGKILL');
  };
  if (name === 'askInput') return reply({ kind: 'result', id, result: { question: 5 } });
  if (name === 'answerSoFar')
    return request.from > 0 ? die() : reply({ kind: 'result', id, result: { more: 'So', pace: null, answer: null } });
  if (name !== 'predict') return reply({ kind: 'result', id });
  if (request.file === 'die') return die();
  if (request.file === 'wrong')
    return reply({ kind: 'error', id, error: { code: 'data-missing', message: 'No data.', place: {} } });
  if (request.file === 'babble') reply({ kind: 'event', name: 'ready', event: { version: 'two' } });
  reply({
    kind: 'event',
    name: 'log',
    event: { line: `threads ${process.env.PROMPT_TUNER_THREADS}, within ${within}` },
  });
  setTimeout(() => reply({ kind: 'result', id, result: { expected: 'wet' } }), 20);
});
