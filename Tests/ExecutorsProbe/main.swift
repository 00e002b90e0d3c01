internal import Execution
