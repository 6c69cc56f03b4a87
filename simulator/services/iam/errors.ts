import { AwsError } from '../../kernel/aws-error.ts';

/** Errors as the SDK names them, with the HTTP status of the IAM API reference ("Common errors" of each action). */
export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntityException', message, { statusCode: 404 });
}

export function alreadyExists(message: string): AwsError {
  return new AwsError('EntityAlreadyExistsException', message, { statusCode: 409 });
}

export function limitExceeded(message: string): AwsError {
  return new AwsError('LimitExceededException', message, { statusCode: 409 });
}

export function deleteConflict(message: string): AwsError {
  return new AwsError('DeleteConflictException', message, { statusCode: 409 });
}

export function malformedPolicy(message: string): AwsError {
  return new AwsError('MalformedPolicyDocumentException', message);
}

export function invalidInput(message: string): AwsError {
  return new AwsError('InvalidInputException', message);
}

export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
