import { type LossPlugin } from '../core/loss.js';
import { cellText } from './output.js';
import { ownVersion } from './package-version.js';
import { type CurvatureChoice } from './select.js';
import { type BackendInfo } from './tfjs/index.js';

/** versions.json: besides the experiment, what its results may depend on. */
export interface Versions {
  readonly 'newton-losses': string;
  readonly node: string;
  readonly platform: string;
  readonly tfjs: string;
  readonly backend: { readonly name: string; readonly threads: number; readonly simd: boolean };
  readonly loss: { readonly name: string; readonly title: string; readonly source: string };
  /** What was chosen, and why. */
  readonly curvature: CurvatureChoice;
}

export function versionsOf(backend: BackendInfo, { name, title, source }: LossPlugin, curvature: CurvatureChoice): Versions {
  return {
    'newton-losses': ownVersion,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    tfjs: backend.version,
    backend: { name: backend.name, threads: backend.threads, simd: backend.simd },
    loss: { name, title: cellText(title), source: cellText(source) },
    curvature,
  };
}
