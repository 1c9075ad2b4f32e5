import Backends
import Testing

@Test func theComparisonRejectsWhatDiffers() {
  withKnownIssue {
    expectAgreement(.f32) { b in [b.numbers([8], b.backend.name == "cpu" ? 1 : 2)] }
  }
  withKnownIssue {
    expectAgreement(.f32) { b in [b.numbers(b.backend.name == "cpu" ? [8, 1] : [8], 1)] }
  }
  withKnownIssue {
    expectAgreement(.f32) { b in
      [b.backend.scaled(b.numbers([8], 1), by: b.backend.name == "cpu" ? 1.00001 : 1, plus: 0)]
    }
  }
}
