/// Stops the program with `message` when a bug breaks `condition`; `precondition` would lose the
/// message in optimized builds.
@inline(__always)
func require(
  _ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String,
  file: StaticString = #fileID, line: UInt = #line
) {
  guard condition() else { fatalError(message(), file: file, line: line) }
}
