import Datasets
import Randomness
import Testing

@Suite struct BatchOrderTests {
  @Test func anEpochVisitsEachRecordOnceInItsOwnOrder() {
    let key = RandomKey(seed: 3)
    let first = BatchOrder.order(count: 1000, epoch: 0, key: key)
    #expect(first.sorted() == Array(0..<1000) && first != Array(0..<1000))
    #expect(BatchOrder.order(count: 1000, epoch: 0, key: key) == first)
    #expect(BatchOrder.order(count: 1000, epoch: 1, key: key) != first)
    #expect(BatchOrder.order(count: 1000, epoch: 0, key: RandomKey(seed: 4)) != first)
    #expect(BatchOrder.order(count: 0, epoch: 5, key: key) == [])
  }
}
