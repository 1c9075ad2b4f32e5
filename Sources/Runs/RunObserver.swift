public import Networks

/// Something that follows a run besides its journal, such as a writer of TensorBoard events.
public protocol RunObserver: AnyObject {
  /// A step that was logged.
  func record(_ step: StepRecord) throws
  /// An evaluation after `step` steps, and the tensors of the model that was evaluated.
  func record(_ evaluation: Evaluation, step: Int, model: TensorArchive) throws
}
