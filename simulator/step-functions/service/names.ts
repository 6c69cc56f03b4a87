import { AwsError } from '../../kernel/aws-error.ts';
import { messageOf } from '../errors.ts';
import { payloadLimitBytes } from '../json.ts';

/** StartExecution, parameter `name`: no white space, brackets, wildcards, special or control characters. */
const forbiddenCharacters = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;
const nameLimit = 80;

export function checkName(name: string): void {
  if (name.length < 1 || name.length > nameLimit || forbiddenCharacters.test(name)) {
    throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
  }
}

export function checkInput(text: string): void {
  if (Buffer.byteLength(text) > payloadLimitBytes) {
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: the input is longer than ${payloadLimitBytes} bytes`);
  }
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${messageOf(cause)}'`);
  }
}

/** `arn:…:execution:<machine>:<name>` → the machine's ARN. */
export function machineArnOf(executionArn: string): string {
  return executionArn.split(':').slice(0, 7).join(':').replace(':execution:', ':stateMachine:');
}
