import { boolean, bytes, double, integer, message } from './protobuf.js';
import type { Value, Values } from './values.js';

/** DataType of tensorflow/core/framework/types.proto. */
const DT_FLOAT = 1;
/** A tensor of no numbers: TensorProto { dtype = 1; TensorShapeProto tensor_shape = 2 { Dim dim = 2 } } */
const NOTHING = message(integer(1, DT_FLOAT), bytes(2, bytes(2, '')));

/**
 * The settings of a run as TensorBoard's table of hyperparameters has them: a Value { string tag = 1; TensorProto tensor
 * = 8; SummaryMetadata metadata = 9 } of tensorflow/core/framework/summary.proto, whose metadata are
 *
 *     SummaryMetadata { PluginData plugin_data = 1 { string plugin_name = 1; bytes content = 2 } }
 *     HParamsPluginData { SessionStartInfo session_start_info = 3 { map hparams = 1; double start_time_secs = 5 } }
 *
 * of tensorboard/plugins/hparams/plugin_data.proto.
 */
export function settingsSummary(settings: Values, began: number): Buffer {
  const entries = Object.entries(settings).map(([name, value]) =>
    bytes(1, message(bytes(1, name), bytes(2, valueOf(value))))
  );
  const content = bytes(3, message(...entries, double(5, began)));
  const metadata = bytes(1, message(bytes(1, 'hparams'), bytes(2, content)));
  return message(bytes(1, '_hparams_/session_start_info'), bytes(8, NOTHING), bytes(9, metadata));
}

/** google.protobuf.Value { double number_value = 2; string string_value = 3; bool bool_value = 4 }, one of them. */
function valueOf(value: Value): Buffer {
  if (typeof value === 'number') return double(2, value);
  return typeof value === 'string' ? bytes(3, value) : boolean(4, value);
}
