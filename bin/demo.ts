import './supported-node';
import { runDemo } from '../lib/cli/demo/demo';
import { MNEMOLITE_DEMO } from '../stacks/mnemolite/demo';
import { exitWith, session } from './session';

exitWith(() => runDemo(MNEMOLITE_DEMO, session));
