# The commands of the project; `make` alone lists them. Each installs what it needs first (scripts/setup.sh).

SHELL := /bin/bash
SWIFT := swift build -c release --explicit-target-dependency-import-check error
SOURCES := $(wildcard Package.swift Sources Tests Experiments Examples)

.DEFAULT_GOAL := help
.PHONY: help setup build test demo demo-photos example test-onednn3 bench bench-peer nvidia-wheels mpi bundle count count-record reliability night lint format clean

help: ## list the targets
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: ## install the system packages that are missing
	@scripts/setup.sh

build: setup ## build the program `pigment` (.build/release/pigment)
	$(SWIFT) --product pigment

test: setup ## build and run all tests, check imports, warnings and format
	# Product by product: --build-tests would also build the tools of dependencies (protoc, in C++).
	scripts/build.sh pigmentPackageTests
	scripts/build.sh pigment
	scripts/build.sh pigment-benchmarks
	swift test -c release --skip-build
	$(MAKE) --no-print-directory lint

demo: setup ## the whole journey on pictures it makes itself, about 10 minutes
	scripts/demo.sh

demo-photos: ## the same on photographs that Debian and Ubuntu offer
	@scripts/setup.sh demo-photos
	scripts/demo.sh photos

example: setup ## build and run the example package, which adds a pretext task of its own
	swift build -c release --package-path Examples/HueHistogram --scratch-path build/example
	rm -rf build/hue-histogram
	build/example/release/HueHistogram build/hue-histogram

test-onednn3: ## build and test with oneDNN 3.2 from PyPI
	@scripts/setup.sh onednn3
	scripts/test-onednn3.sh

mpi: ## build what joins several processes (mpirun -n 4 pigment ...), for Open MPI and MPICH
	@scripts/setup.sh mpi
	scripts/build-mpi.sh

bench: setup ## measure the speed, beside PyTorch where make bench-peer has prepared it
	scripts/bench.sh

count: ## count the instructions of a training step and compare them with the known number
	@scripts/setup.sh count
	scripts/count-instructions.sh

count-record: ## write the number that `make count` compares with
	@scripts/setup.sh count
	scripts/count-instructions.sh --record

reliability: ## a few minutes of kills, failing calls, mutants and more
	Experiments/reliability/run.sh commit

night: ## two hours of the same, in parts that are kept; writes results/reliability/DATE.md
	Experiments/reliability/run.sh night

bench-peer: ## prepare PyTorch in build/peer for make bench and tests of exports (about 3 GB)
	@scripts/setup.sh peer
	python3 -m venv build/peer
	build/peer/bin/pip install --quiet torch torchvision h5py pillow safetensors onnx onnxruntime

bundle: setup ## pack the program for machines without Swift: build/bundle/*.tar.xz
	scripts/bundle.sh

nvidia-wheels: ## fetch NVIDIA's libraries into build/nvidia for tests without a GPU (880 MB)
	@scripts/setup.sh nvidia-wheels
	# The versions of PyTorch 2.11 for CUDA 13.0; a description of a card fits one version of cuDNN.
	@[ -e build/nvidia/whole ] || { rm -rf build/nvidia && \
	  PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --no-deps --target build/nvidia \
	  nvidia-cuda-nvrtc==13.0.88 nvidia-cudnn-cu13==9.19.0.56 nvidia-cublas==13.1.0.3 && \
	  touch build/nvidia/whole; }

lint: ## check the format of all sources
	swift format lint --strict --recursive --parallel $(SOURCES)

format: ## format all sources in place
	scripts/wrap-comments.py $(SOURCES)
	swift format format --in-place --recursive --parallel $(SOURCES)

clean: ## remove everything that was built
	rm -rf .build
