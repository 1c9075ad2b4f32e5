// swift-tools-version: 6.1
import PackageDescription

/// Every Swift target is built under the same rules.
let rules: [SwiftSetting] = [
  .swiftLanguageMode(.v6), .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("ExistentialAny"),
]

func room(
  _ name: String, needs: [Target.Dependency] = [], folders: [String] = [],
  without exclude: [String] = [], resources: [Resource] = []
) -> Target {
  .target(
    name: name, dependencies: needs,
    exclude: ["README.md"] + folders.map { "\($0)/README.md" } + exclude, resources: resources,
    swiftSettings: rules)
}

func tests(
  _ name: String, needs: [Target.Dependency], without exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: ["TestSupport"] + needs, exclude: exclude, swiftSettings: rules)
}

/// The kernels of the CUDA backend: they are compiled where they run, so they travel as text.
let kernels = [
  "prelude", "color", "elementwise", "losses", "normalization", "optimizers", "pooling", "random",
  "regions", "resize", "response", "responses", "softmax", "sums", "transfer",
]

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")

let package = Package(
  name: "pigment",
  products: [.executable(name: "pigment", targets: ["pigment"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
  ],
  targets: [
    // C libraries. Each has exactly one Swift importer.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "CDNNL", linkerSettings: [.linkedLibrary("dnnl")]),
    .target(name: "CGPU", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "CKernels"),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(
      name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),

    // The ground floor: no imports among each other unless named.
    room("Files"),
    room("Randomness"),
    room("ColorScience"),
    room("HDF5", needs: ["CHDF5"]),
    room("Images", needs: ["CTurboJPEG", "CPNG"]),
    room("Plots"),
    room("Proposals", needs: ["ColorScience", "Images", "Randomness"]),

    // Data and the engine.
    room(
      "Datasets", needs: ["HDF5", "Images", "Randomness", crypto],
      folders: ["Cutouts", "Scenes"]),
    room(
      "Backends", needs: ["COpenBLAS", "CDNNL", "CGPU", "CKernels", "Randomness"],
      folders: ["CPU", "CUDA", "LinearAlgebra", "Reference"],
      resources: kernels.map { .embedInCode("CUDA/Kernels/\($0).cu") }),
    room("Tensors", needs: ["Backends", "Randomness"]),
    room("Metrics", needs: ["Randomness", "Tensors"]),
    room("Probes", needs: ["Datasets", "Randomness", "Tensors"]),
    room("Layers", needs: ["Tensors", "Randomness"]),
    room(
      "Networks", needs: ["Files", "Layers", "Tensors", "Randomness", crypto],
      folders: ["Initialization"]),
    room(
      "Training",
      needs: [
        "ColorScience", "Datasets", "Files", "Images", "Layers", "Metrics", "Networks", "Probes",
        "Randomness", "Tensors", yams, crypto, protobuf,
      ], folders: ["Probing", "TensorBoard"], without: ["TensorBoard/events.proto"]),
    room("Studies", needs: ["Files", "Plots", "Randomness", "Training", crypto]),

    // The research: these never import one another.
    room(
      "Colorization",
      needs: [
        "ColorScience", "Datasets", "Files", "Images", "Layers", "Networks", "Randomness",
        "Tensors", "Training",
      ], folders: ["Evaluation"]),
    room(
      "FeatureExport",
      needs: [
        "ColorScience", "Datasets", "Files", "HDF5", "Images", "Layers", "Networks", "Randomness",
        "Tensors", "Training", crypto, protobuf,
      ], folders: ["Caffe", "Extraction", "ONNX", "PyTorch", "Steps"],
      without: ["ONNX/onnx.proto"]),
    room(
      "VOCTransfer",
      needs: [
        "ColorScience", "Datasets", "Files", "HDF5", "Images", "Layers", "Metrics", "Networks",
        "Plots", "Probes", "Proposals", "Randomness", "Tensors", "Training", crypto,
      ],
      folders: ["Comparison", "Detection", "Probing", "Segmentation", "Start"]),
    room(
      "Rivals",
      needs: [
        "ColorScience", "Datasets", "Images", "Layers", "Networks", "Randomness", "Tensors",
        "Training",
      ], folders: ["Shared"]),
    room(
      "Visualization",
      needs: [
        "Backends", "ColorScience", "Datasets", "Files", "Images", "Layers", "Networks", "Plots",
        "Randomness", "Tensors", "Training", mustache,
      ], folders: ["Units", "Dissection", "Looks", "Report", "Page"],
      resources: ["page.mustache", "table.mustache", "figure.mustache", "style.css", "script.js"]
        .map { .embedInCode("Page/\($0)") }),

    .executableTarget(
      name: "pigment",
      dependencies: [
        "ColorScience", "Colorization", "Datasets", "FeatureExport", "Images", "Layers", "Networks",
        "Plots", "Proposals", "Randomness", "Rivals", "Studies", "Tensors", "Training",
        "VOCTransfer",
        "Visualization", argumentParser,
      ],
      exclude: ["README.md"], swiftSettings: rules),

    .executableTarget(
      name: "pigment-benchmarks",
      dependencies: [
        "Backends", "ColorScience", "Colorization", "Datasets", "Images", "Layers", "Networks",
        "Plots", "Randomness", "Tensors", "Training", "Visualization", argumentParser,
      ],
      path: "Experiments/Benchmarks",
      exclude: ["README.md", "NOTES.md", "instructions.txt", "peer.py"],
      swiftSettings: rules),

    // Proof.
    .target(
      name: "TestSupport", dependencies: ["Backends", "HDF5", "Randomness", "Tensors"],
      path: "Tests/TestSupport", exclude: ["README.md"], swiftSettings: rules),
    tests("RandomnessTests", needs: ["Randomness"]),
    tests("BackendsTests", needs: ["Backends", "HDF5", "Randomness"]),
    tests(
      "CUDATests", needs: ["Backends", "Layers", "Networks", "Randomness", "Tensors", "Training"]),
    tests("TestSupportTests", needs: ["Randomness", "Tensors"]),
    tests(
      "TensorsTests", needs: ["HDF5", "Randomness", "Tensors"], without: ["Golden", "README.md"]),
    tests("HDF5Tests", needs: ["HDF5", crypto]),
    tests(
      "DatasetsTests", needs: ["Datasets", "HDF5", "Images", "Randomness", crypto],
      without: ["Golden"]),
    tests("ImagesTests", needs: ["Images", crypto], without: ["Golden"]),
    tests("ColorScienceTests", needs: ["ColorScience"], without: ["Golden"]),
    tests(
      "ColorizationTests",
      needs: [
        "ColorScience", "Colorization", "Datasets", "Files", "HDF5", "Images", "Layers", "Networks",
        "Randomness", "Tensors", "Training",
      ]),
    tests(
      "NetworksTests", needs: ["Files", "Layers", "Networks", "Randomness", "Tensors"],
      without: ["Golden"]),
    tests(
      "TrainingTests",
      needs: ["Files", "Images", "Layers", "Networks", "Randomness", "Tensors", "Training"]),
    tests(
      "FeatureExportTests",
      needs: [
        "Datasets", "FeatureExport", "HDF5", "Images", "Layers", "Networks", "Randomness",
        "Tensors", "Training",
      ], without: ["Parity"]),
    tests("ProposalsTests", needs: ["Images", "Proposals"], without: ["Golden"]),
    tests("PlotsTests", needs: ["Plots"], without: ["Golden"]),
    tests("ProbesTests", needs: ["Probes", "Randomness", "Tensors"], without: ["Golden"]),
    tests(
      "VOCTransferTests",
      needs: [
        "Datasets", "FeatureExport", "HDF5", "Images", "Layers", "Metrics", "Networks", "Plots",
        "Probes", "Proposals", "Randomness", "Tensors", "Training", "VOCTransfer",
      ]),
    tests(
      "MetricsTests", needs: ["HDF5", "Images", "Metrics", "Randomness"], without: ["Golden"]),
    tests(
      "VisualizationTests",
      needs: [
        "Datasets", "Files", "Images", "Layers", "Networks", "Plots", "Randomness", "Tensors",
        "Training", "Visualization",
      ]),
    tests(
      "RivalsTests",
      needs: [
        "Colorization", "Datasets", "FeatureExport", "Images", "Layers", "Networks", "Randomness",
        "Rivals", "Tensors", "Training", "VOCTransfer",
      ]),
    tests("StudiesTests", needs: ["Files", "Plots", "Randomness", "Studies", "Training"]),
    tests("HouseRulesTests", needs: []),
  ]
)
