/// The files of kernels, as they lie in this folder.
enum KernelFile: String, CaseIterable, Sendable {
  case color, elementwise, losses, normalization, optimizers, pooling, random, regions, resize
  case response, responses, softmax, sums, transfer

  /// The whole program: what every file begins with, and the file.
  var source: String { String(decoding: PackageResources.prelude_cu + text, as: UTF8.self) }

  private var text: [UInt8] {
    switch self {
    case .color: PackageResources.color_cu
    case .elementwise: PackageResources.elementwise_cu
    case .losses: PackageResources.losses_cu
    case .normalization: PackageResources.normalization_cu
    case .optimizers: PackageResources.optimizers_cu
    case .pooling: PackageResources.pooling_cu
    case .random: PackageResources.random_cu
    case .regions: PackageResources.regions_cu
    case .resize: PackageResources.resize_cu
    case .response: PackageResources.response_cu
    case .responses: PackageResources.responses_cu
    case .softmax: PackageResources.softmax_cu
    case .sums: PackageResources.sums_cu
    case .transfer: PackageResources.transfer_cu
    }
  }
}

extension DType {
  /// The name of the type in kernels.
  var kernelName: String {
    switch self {
    case .f32: "float"
    case .bf16: "bf16"
    case .i32: "int"
    case .f64: fatalError("cuda: double precision is only computed on the reference backend")
    }
  }
}
