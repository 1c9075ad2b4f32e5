/// Stops the program with `message` when a bug breaks `condition`.
///
/// It is `precondition` for bugs whose message matters: optimized builds drop the message of
/// `precondition` and print nothing at all.
@inlinable
public func require(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) {
  guard condition() else { fatalError(message(), file: file, line: line) }
}
