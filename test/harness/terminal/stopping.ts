/** A process that stops on signals, by a clock that the test sets: says what it hears. */
import { stopOnSignals } from '../../../harness/terminal/stop.js';

let now = 0;
const stop = stopOnSignals(() => now);
stop.signal.addEventListener('abort', () => process.send!(`stops with ${stop.code}`));
process.once('SIGTERM', () => process.send!('hears SIGTERM'));
process.on('message', (time: number) => {
  now = time;
  process.send!(`it is ${time}`);
});
process.send!('ready');
