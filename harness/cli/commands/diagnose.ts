import { checked } from '../../../core/checked.js';
import type { LossPlugin } from '../../../core/loss.js';
import { openRegistry } from '../../../node/open-registry.js';
import { diagnose } from '../../diagnose/diagnose.js';
import { diagnosisText } from '../../diagnose/diagnosis-text.js';
import { withPaths } from '../../experiments/with-paths.js';
import { print, printJson } from '../../terminal/output.js';
import { pluginInFile } from '../plugin-file.js';

export interface DiagnoseLossOptions {
  readonly registry: readonly string[];
  /** Parameters other than the defaults, by dotted paths: `algorithm.name`. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly n?: number;
  readonly samples: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** `newton-losses diagnose NAME|FILE`: whether a loss is worth a Newton loss, and with which settings. LOSS_UNKNOWN, PARAMS. */
export async function diagnoseLoss(nameOrFile: string, options: DiagnoseLossOptions): Promise<void> {
  const { set = {}, n, samples, seed, json } = options;
  const registry = await openRegistry(...options.registry);
  const plugin = (await pluginInFile<LossPlugin>(['loss'], nameOrFile)) ?? (await registry.plugin(nameOrFile));
  const loss = checked(plugin, await registry.resolve(plugin, withPaths({}, set)));
  const diagnosis = diagnose(loss, { samples, seed, ...(n !== undefined && { outputs: n }) });
  if (json) printJson(diagnosis);
  else print(diagnosisText(diagnosis));
}
