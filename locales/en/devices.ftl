# Such as: Firefox 143 on Linux.
device-browser-on-system = { $browser } on { $system }
# A browser that says nothing but its system.
device-on-system = A browser on { $system }
device-phone = Phone
device-tablet = Tablet
device-computer = Computer
device-program = Program
