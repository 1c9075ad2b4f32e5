internal import Foundation
internal import HDF5

/// HDF5 files of forms that this program does not write are read by the library, which is not made
/// for damaged ones, in a process of its own: this program again.
func readForeignFile() {
  let words = CommandLine.arguments
  if words.count == 4, words[1] == ForeignFile.verb {
    ForeignFile.serve(words[2], to: words[3])
  }
  ForeignFile.setHelper(Bundle.main.executablePath)
}
