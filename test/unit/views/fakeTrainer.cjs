// Speaks the trainer's protocol without training: what it does follows from the template's name.
const reply = (message) => process.send({ mark: 'prompt-tuner', ...message });
reply({ kind: 'event', name: 'ready', event: { version: 1 } });
process.on('disconnect', () => process.exit(0));
process.on('message', ({ id, name, request }) => {
  if (name === 'stop') return reply({ kind: 'result', id });
  if (request.file === 'die') {
    console.error('no memory left');
    return process.kill(process.pid, 'SIGKILL');
  }
  if (request.file === 'wrong') return reply({ kind: 'error', id, error: { code: 'data-missing', message: 'No data.', place: {} } });
  reply({ kind: 'event', name: 'run', event: { id: 'r1', folder: '/runs/r1' } });
  reply({ kind: 'event', name: 'progress', event: { run: 'r1', progress: { phase: 'training', step: 1, steps: 2, loss: NaN } } });
  setTimeout(() => reply({ kind: 'result', id, result: { run: 'r1', folder: '/runs/r1', status: 'done' } }), 50);
});
