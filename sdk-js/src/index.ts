/** What every entry point exports beside `connect` and `getNextSeq`. */
export {
  AttemptsError,
  ConflictError,
  ForbiddenError,
  InvalidRequestError,
  MatchlistError,
  NetworkError,
  NotANumberError,
  NotFoundError,
  PreconditionRequiredError,
  ProtocolError,
  ServerError,
  ThrottledError,
  UnknownOutcomeError,
  type ErrorCode,
} from "./errors.js";
export { Filter, type Field, type Fields, type FilterBy } from "./filter.js";
export { etagOf, type Item } from "./item.js";
export { List, type CallOptions, type Changes, type Items, type Query, type Version } from "./list.js";
export { Site, type Api, type ConnectOptions, type NextSeqOptions } from "./client.js";
export type { Fetch } from "./transport.js";
export type { ItemId } from "./wire.js";
